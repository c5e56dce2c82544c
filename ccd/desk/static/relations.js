// What the person whose number it is is to the patient: sources have many words, the page has its own.

import { t } from "./words.js";

const WORDS = {
  mother: "mother mom mum mth ncmth мать мама мати матір",
  father: "father dad fth отец папа батько тато",
  parent: "parent prn родитель родители батьки",
  guardian: "guardian guard опекун опекунша опікун опікунка попечитель представитель представник",
  carer: "carer caregiver nurse сиделка доглядальниця",
  wife: "wife жена дружина",
  husband: "husband husb муж чоловік",
  spouse: "spouse sps partner супруг супруга подружжя",
  son: "son nson сын син",
  daughter: "daughter dau daur дочь дочка донька",
  child: "child ребенок дитина",
  brother: "brother bro брат",
  sister: "sister sis сестра",
  grandmother: "grandmother grmth бабушка бабуся",
  grandfather: "grandfather grfth дедушка дед дідусь дід",
  employer: "employer работодатель роботодавець",
  friend: "friend frnd друг подруга",
};

const KEYS = new Map(Object.entries(WORDS).flatMap(([key, words]) => words.split(" ").map((word) => [word, key])));

const plain = (word) => word.trim().toLocaleLowerCase().replaceAll("ё", "е");

// "MTH", "мама" and "mother" are one word; one that nobody knows stays as the source wrote it.
export function relation(word) {
  const key = KEYS.get(plain(word));
  return key ? t(`relation.${key}`) : word;
}

// How the number leads to this person: "own number", "mother: Иванова Мария".
export function reachText({ reach, relationship, through }) {
  if (!["guardian", "relative"].includes(reach)) return t(`reach.${reach}`);
  const word = relationship ? relation(relationship) : t(`reach.${reach}`);
  return through ? t("reach.through", { who: word, name: through }) : t("reach.number_of", { who: word });
}
