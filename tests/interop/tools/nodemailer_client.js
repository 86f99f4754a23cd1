// Submits one message with nodemailer: nodemailer_client.js FOLDER HOST PORT none|starttls|tls CA FILE RECIPIENT [MECHANISM USER PASSWORD]
// FOLDER is where npm has put nodemailer.
'use strict';

const fs = require('fs');
const [folder, host, port, security, authority, file, recipient, mechanism, user, password] = process.argv.slice(2);
const nodemailer = require(folder + '/node_modules/nodemailer');

const client = nodemailer.createTransport({
    host,
    port: Number(port),
    name: 'printer.example.org',
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: security === 'none' ? undefined : { ca: fs.readFileSync(authority) },
    authMethod: mechanism,
    auth: mechanism ? { user, pass: password } : undefined,
});
client.sendMail({ envelope: { from: 'printer@example.org', to: recipient }, raw: fs.readFileSync(file) })
    .then(() => client.close(), problem => {
        console.error(problem.message);
        process.exit(1);
    });
