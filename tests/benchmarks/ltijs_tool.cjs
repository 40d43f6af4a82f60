// A tool with ltijs and nothing around it: platform and launches in memory, a page of two lines.
// Its database does less than any real one (nothing encrypted, nothing written), so this is the least a launch takes.
// Arguments: the folder ltijs is installed in, the port, and the platform as JSON. Prints the port that tells its CPU.
"use strict";
const http = require("node:http");
const { createRequire } = require("node:module");
const path = require("node:path");

const [folder, port, platform] = process.argv.slice(2);
const { Provider: tool } = createRequire(path.join(folder, "package.json"))("ltijs");

class Memory {
  #kept = new Map();

  #of(collection) {
    if (!this.#kept.has(collection)) this.#kept.set(collection, []);
    return this.#kept.get(collection);
  }

  #find(collection, query) {
    return this.#of(collection).filter((one) => Object.entries(query || {}).every(([name, value]) => one[name] === value));
  }

  async setup() { return true; }
  async Close() { return true; }

  async Get(_key, collection, query) {
    const found = this.#find(collection, query);
    return found.length ? found : false;
  }

  async Insert(_key, collection, item, index) {
    this.#of(collection).push({ ...index, ...item });
    return true;
  }

  async Replace(key, collection, query, item, index) {
    await this.Delete(collection, query);
    return this.Insert(key, collection, item, index);
  }

  async Modify(_key, collection, query, change) {
    for (const one of this.#find(collection, query)) Object.assign(one, change);
    return true;
  }

  async Delete(collection, query) {
    const gone = new Set(this.#find(collection, query));
    this.#kept.set(collection, this.#of(collection).filter((one) => !gone.has(one)));
    return true;
  }
}

async function main() {
  tool.setup("for the bench only", { plugin: new Memory() }, { tokenMaxAge: 300 });
  tool.onConnect((token, _request, answer) => answer.send(`<!doctype html><h1>Hello ${token.userInfo.name}</h1>`));
  await tool.deploy({ port: Number(port), silent: true });
  await tool.registerPlatform(JSON.parse(platform));
  const told = http.createServer((_request, answer) => {
    const { user, system } = process.cpuUsage();
    answer.end(String(user + system));
  });
  told.listen(0, "127.0.0.1", () => console.log(told.address().port));
}

main();
