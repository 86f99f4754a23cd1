/*
 * One SMTP command line in re2c, RFC 5321 section 4.1 with STARTTLS (3207), AUTH (4954), BDAT (3030) and SMTPUTF8 (6531).
 * A line ends in CRLF and no rule reads past it, so that the lexer never asks where the buffer ends.
 */
#include "rivals.h"

static int read_line(const unsigned char *line, const unsigned char *end, captures *found)
{
    const unsigned char *YYCURSOR = line;
    const unsigned char *YYMARKER;
    (void)found;
    /*!re2c
        re2c:define:YYCTYPE = "unsigned char";
        re2c:yyfill:enable = 0;

        utf8_tail = [\x80-\xBF];
        utf8_non_ascii =
            [\xC2-\xDF] utf8_tail |
            [\xE0] [\xA0-\xBF] utf8_tail | [\xE1-\xEC] utf8_tail{2} | [\xED] [\x80-\x9F] utf8_tail | [\xEE-\xEF] utf8_tail{2} |
            [\xF0] [\x90-\xBF] utf8_tail{2} | [\xF1-\xF3] utf8_tail{3} | [\xF4] [\x80-\x8F] utf8_tail{2};

        let_dig = [A-Za-z0-9] | utf8_non_ascii;
        sub_domain = let_dig ( ( let_dig | "-" )* let_dig )?;
        domain = sub_domain ( "." sub_domain )*;

        snum = [0-9]{1,3};
        ipv4 = snum ( "." snum ){3};
        ipv6 = 'IPv6:' [0-9A-Fa-f]* ":" [0-9A-Fa-f:.]*;
        address_literal = "[" ( ipv4 | ipv6 ) "]";

        atext = [-A-Za-z0-9!#$%&'*+/=?^_`{|}~] | utf8_non_ascii;
        atom = atext+;
        dot_string = atom ( "." atom )*;
        quoted_pair = "\\" [\x20-\x7E];
        qtext = [\x20-\x21\x23-\x5B\x5D-\x7E] | utf8_non_ascii;
        quoted_string = "\"" ( qtext | quoted_pair )* "\"";
        local_part = dot_string | quoted_string;
        string = atom | quoted_string;

        mailbox = local_part "@" ( domain | address_literal );
        at_domain = "@" domain;
        path = "<" ( at_domain ( "," at_domain )* ":" )? mailbox ">";

        keyword = [A-Za-z0-9] [-A-Za-z0-9]*;
        value = ( [\x21-\x3C\x3E-\x7E] | utf8_non_ascii )+;
        parameters = ( " " keyword ( "=" value )? )*;

        base64_char = [A-Za-z0-9+/];
        base64_end = base64_char{2} "==" | base64_char{3} "=";
        base64 = base64_end | ( base64_char{4} )+ base64_end?;
        end = [ \t]* "\r\n";

        'EHLO ' ( domain | address_literal ) end { return YYCURSOR == end; }
        'HELO ' domain end { return YYCURSOR == end; }
        'MAIL FROM:' ( path | "<>" ) parameters end { return YYCURSOR == end; }
        'RCPT TO:' ( '<Postmaster>' | path ) parameters end { return YYCURSOR == end; }
        ( 'DATA' | 'RSET' | 'QUIT' | 'STARTTLS' ) end { return YYCURSOR == end; }
        ( 'VRFY' | 'EXPN' ) " " string end { return YYCURSOR == end; }
        ( 'HELP' | 'NOOP' ) ( " " string )? end { return YYCURSOR == end; }
        'AUTH ' [-_A-Za-z0-9]+ ( " " ( base64 | "=" ) )? end { return YYCURSOR == end; }
        'BDAT ' [0-9]+ ( ' LAST' )? end { return YYCURSOR == end; }
        * { return 0; }
    */
}

BATCH(NAME, read_line)
