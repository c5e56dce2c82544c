// Tables of rows as the server tells of them: all at first, then what changed.

export class Rows {
  constructor() {
    this.tables = new Map();
  }

  take({ whole, rows = {}, gone = {} }) {
    if (whole) this.tables.clear();
    for (const [name, changed] of Object.entries(rows)) {
      if (!this.tables.has(name)) this.tables.set(name, new Map());
      for (const row of changed) this.tables.get(name).set(row.id, row);
    }
    for (const [name, ids] of Object.entries(gone)) for (const id of ids) this.tables.get(name)?.delete(id);
  }

  all(name) {
    return [...(this.tables.get(name)?.values() ?? [])];
  }
}
