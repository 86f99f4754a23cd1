// Judges strings by apg-js, a parser of ABNF by others: node apg_judge.js FOLDER GRAMMAR ROOT RULES < LINES
// FOLDER holds node_modules/apg-js. Each line is a JSON string whose characters are octets; each line out is what apg makes of
// it: {"match":true,"captures":[["rule",start,end],...]} for the rules of the comma-separated list, or {"match":false}.
"use strict";

const fs = require("fs");
const path = require("path");
const [folder, grammar, root, rules] = process.argv.slice(2);
const { apgApi, apgLib } = require(path.join(folder, "node_modules", "apg-js"));

// RFC 5234 appendix B: apg knows no core rules.
const core = {
    ALPHA: "%x41-5A / %x61-7A", BIT: '"0" / "1"', CHAR: "%x01-7F", CR: "%x0D", CRLF: "%x0D.0A", CTL: "%x00-1F / %x7F", DIGIT: "%x30-39", DQUOTE: "%x22",
    HEXDIG: 'DIGIT / "A" / "B" / "C" / "D" / "E" / "F"', HTAB: "%x09", LF: "%x0A", LWSP: "*(WSP / CRLF WSP)", OCTET: "%x00-FF", SP: "%x20", VCHAR: "%x21-7E", WSP: "SP / HTAB",
};

let text = fs.readFileSync(grammar, "latin1").replace(/\r/g, "");
for (const name in core) {
    if (!new RegExp("^" + name + "[ \\t]*=", "im").test(text)) {
        text += name + " = " + core[name] + "\n";
    }
}

const api = new apgApi(text.replace(/\n/g, "\r\n"));
api.generate();
if (api.errors.length > 0) {
    console.error(api.errorsToAscii());
    process.exit(1);
}

const tables = api.toObject();
const parser = new apgLib.parser();
parser.ast = new apgLib.ast();
for (const rule of rules.split(",")) {
    parser.ast.callbacks[rule.toLowerCase()] = (state, characters, start, length, found) => {
        if (state === apgLib.ids.SEM_PRE) {
            found.push([rule.toLowerCase(), start, start + length]);
        }
    };
}

// A value beyond %xFF is a character in UTF-8 to us and a number to apg: it gets characters then, and their places are counted in octets.
const hasCharacters = /%x[0-9A-F.-]*[0-9A-F]{3}/i.test(text);
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// What apg reads, and where each character begins; null where octets are no characters.
function read(octets) {
    if (!hasCharacters) {
        return { characters: octets, places: [...octets.keys(), octets.length] };
    }

    try {
        const characters = [...utf8.decode(Uint8Array.from(octets))].map((character) => character.codePointAt(0));
        const places = [0];
        for (const character of characters) {
            places.push(places[places.length - 1] + (character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4));
        }

        return { characters, places };
    } catch {
        return null;
    }
}

const verdicts = fs.readFileSync(0, "utf8").split("\n").filter((line) => line !== "").map((line) => {
    const octets = [...JSON.parse(line)].map((character) => character.charCodeAt(0));
    const input = read(octets);
    if (input === null || !parser.parse(tables, root, input.characters).success) {
        return JSON.stringify({ match: false });
    }

    const captures = [];
    parser.ast.translate(captures);
    return JSON.stringify({ match: true, captures: captures.map(([rule, start, end]) => [rule, input.places[start], input.places[end]]) });
});
process.stdout.write(verdicts.join("\n") + "\n");
