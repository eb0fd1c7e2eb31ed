// Where the data comes from: elements of this file, or the server that the page came from.

function takeText(id) {
  const element = byId(id);
  const text = element.textContent;
  element.remove(); // read once; it would only fill the memory
  return text;
}

function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

async function inflated(id) {
  const element = byId(id);
  const stream = new Blob([bytesOf(element.textContent)]).stream();
  return new Response(stream.pipeThrough(new DecompressionStream("deflate"))).json();
}

// What was asked for, or why it cannot be had.
function toldOf(told, what) {
  if (told.error !== undefined) throw new Error(String(told.error));
  return told[what];
}

class FileData {
  constructor(described) {
    this.growths = new Set(described.growths);
    this.described = described;
  }

  async columns() {
    const numbers = new Float64Array(bytesOf(takeText("numbers")).buffer);
    const columns = [];
    for (let i = 0; i < this.described.columns.length; i++) {
      columns.push(new Float32Array(bytesOf(takeText(`column-${i}`)).buffer));
    }
    return { numbers, columns };
  }

  async genome(row) {
    const { packed } = this.described;
    const pack = Math.floor(row / packed);
    if (this.pack !== pack) {
      this.unpacked = await inflated(`genomes-${pack}`);
      this.pack = pack;
    }
    return this.unpacked[row % packed];
  }

  async growth(row, number) {
    if (!this.growths.has(number)) {
      throw new Error(
        `The growth of this entry is not in this file, which has those of ` +
          `${plural(this.growths.size, "entry", "entries")} only. "evograft bench view DIR" on ` +
          `the benchmark's directory shows all of them, "--export FILE.html --growths N" writes more.`,
      );
    }
    return toldOf(await inflated(`growth-${number}`), "growth");
  }
}

class ServedData {
  constructor(described) {
    this.described = described;
  }

  async columns() {
    const answer = await fetch("columns");
    if (!answer.ok) throw new Error(`The server answers ${answer.status}.`);
    const buffer = await answer.arrayBuffer();
    const { count, columns } = this.described;
    return {
      numbers: new Float64Array(buffer, 0, count),
      columns: columns.map((_, i) => new Float32Array(buffer, 8 * count + 4 * count * i, count)),
    };
  }

  async #told(number, what) {
    let told;
    try {
      told = await (await fetch(`entries/${number}/${what}`)).json();
    } catch {
      throw new Error("The server does not answer any more: start it again, and reload the page.");
    }
    return toldOf(told, what);
  }

  genome(row, number) {
    return this.#told(number, "genome");
  }

  growth(row, number) {
    return this.#told(number, "growth");
  }
}
