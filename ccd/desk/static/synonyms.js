// One service under many names: whoever asks for "MRI" finds "МРТ".  A group is one thing in every language.

const GROUPS = [
  "мрт|мр|mri|магнитно-резонансная томография|магнітно-резонансна томографія|magnetic resonance imaging",
  "кт|ct|мскт|компьютерная томография|комп'ютерна томографія|computed tomography",
  "узи|узд|us|ultrasound|сонография|ультразвуковое исследование|ультразвукове дослідження",
  "экг|екг|ecg|ekg|электрокардиография|електрокардіографія|electrocardiogram",
  "ээг|еег|eeg|электроэнцефалография|електроенцефалографія",
  "эхокг|эхо|ехокг|echo|эхокардиография|ехокардіографія|echocardiography",
  "рентген|рентгенография|рентгенографія|x-ray|xray",
  "флюорография|флюорографія|флг|fluorography",
  "маммография|мамографія|mammography|mammogram",
  "фгдс|эгдс|егдс|гастроскопия|гастроскопія|gastroscopy",
  "колоноскопия|колоноскопія|фкс|colonoscopy",
  "оак|зак|общий анализ крови|клинический анализ крови|загальний аналіз крові|cbc|blood count",
  "оам|зас|общий анализ мочи|загальний аналіз сечі|urinalysis",
  "пцр|плр|pcr",
  "анализ|анализы|аналіз|аналізи|test|tests|lab",
  "стоматология|стоматологія|стоматолог|зубы|зуби|dentistry|dentist|dental",
  "терапевт|терапия|терапія|therapist|gp|general practitioner",
  "педиатр|педіатр|pediatrician|paediatrician",
  "окулист|окуліст|офтальмолог|eye doctor|ophthalmologist",
  "лор|отоларинголог|ent",
  "гинеколог|гінеколог|gynaecologist|gynecologist",
  "уролог|urologist",
  "невролог|neurologist",
  "кардиолог|кардіолог|cardiologist",
  "хирург|хірург|surgeon",
  "массаж|масаж|massage",
  "физиотерапия|фізіотерапія|физио|physiotherapy|physio",
  "прививка|вакцинация|щеплення|вакцинація|vaccination|vaccine",
  "эко|екз|ivf",
  "больничный|лікарняний|sick leave",
  "стационар|стаціонар|госпитализация|госпіталізація|inpatient|hospital",
  "вызов на дом|выезд на дом|виклик додому|home visit",
];

// Letters only as far as they tell words apart: case, ё and the apostrophe's many forms do not.
export const plain = (text) => text.toLocaleLowerCase().replaceAll("ё", "е").replaceAll(/[’ʼ`]/g, "'").trim();

const KNOWN = GROUPS.map((group) => group.split("|").map(plain));
const words = (text) => text.split(/[^\p{L}\p{N}'-]+/u).filter(Boolean);

// The same question in other words: each known name in it replaced by its synonyms.
function otherWords(asked) {
  const whole = ` ${words(asked).join(" ")} `;
  return KNOWN.flatMap((names) => {
    const name = names.find((one) => whole.includes(` ${one} `));
    return name ? names.filter((one) => one !== name).map((one) => words(whole.replace(` ${name} `, ` ${one} `))) : [];
  });
}

// Whether a service is what is asked for: its own letters anywhere, synonyms from the beginning of a word.
export function finder(text) {
  const asked = plain(text);
  const own = asked.split(/\s+/).filter(Boolean);
  const others = otherWords(asked);
  return (service) => {
    const name = plain(service);
    const parts = words(name);
    return own.every((word) => name.includes(word))
      || others.some((other) => other.every((word) => parts.some((part) => part.startsWith(word))));
  };
}
