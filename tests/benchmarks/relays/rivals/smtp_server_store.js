// nodemailer's smtp-server as one would make it durable: each message a file, synced and renamed before its 250. Hands nothing on.
const fs = require("fs");
const path = require("path");
const { SMTPServer } = require("smtp-server");

const [port, folder] = process.argv.slice(2);
let number = 0;

const server = new SMTPServer({
    name: "relay.example.org",
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    disableReverseLookup: true,
    onData(stream, session, callback) {
        const name = path.join(folder, `${process.pid}-${++number}`);
        const file = fs.createWriteStream(name + ".new", { flush: true });
        file.on("error", callback);
        file.on("close", async () => {
            try {
                await fs.promises.rename(name + ".new", name);
                const directory = await fs.promises.open(folder);
                await directory.sync();
                await directory.close();
                callback(null, "stored");
            } catch (error) {
                callback(error);
            }
        });
        stream.pipe(file);
    },
});
server.listen(Number(port), "127.0.0.1", 512);
