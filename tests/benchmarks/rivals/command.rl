/*
 * One SMTP command line in Ragel, RFC 5321 section 4.1 with STARTTLS (3207), AUTH (4954), BDAT (3030) and SMTPUTF8 (6531).
 * Compiled with and without -DCAPTURES, and by ragel -G2 and -T0.
 */
#include "rivals.h"

#ifdef CAPTURES
#define MARK(name) name = p;
#define FOUND(rule, name) add(found, rule, line, name, p);
#else
#define MARK(name)
#define FOUND(rule, name)
#endif

%%{
    machine command;
    alphtype unsigned char;

    action local_part_starts { MARK(local_part) }
    action local_part_ends { FOUND(LOCAL_PART, local_part) }
    action domain_starts { MARK(domain) }
    action domain_ends { FOUND(DOMAIN, domain) }
    action keyword_starts { MARK(keyword) }
    action keyword_ends { FOUND(ESMTP_KEYWORD, keyword) }
    action value_starts { MARK(value) }
    action value_ends { FOUND(ESMTP_VALUE, value) }

    include address "address.rl";

    end = [ \t]* '\r\n';
    keyword = ( [A-Za-z0-9] [A-Za-z0-9\-]* ) >keyword_starts %keyword_ends;
    value = ( ( 0x21..0x7E - '=' ) | utf8_non_ascii )+ >value_starts %value_ends;
    parameter = keyword ( '=' value )?;
    parameters = parameter ( ' ' parameter )*;

    base64_char = [A-Za-z0-9+/];
    base64_end = base64_char{2} '==' | base64_char{3} '=';
    base64 = base64_end | ( base64_char{4} )+ base64_end?;

    main :=
        'EHLO'i ' ' ( domain | address_literal ) end |
        'HELO'i ' ' domain end |
        'MAIL FROM:'i ( path | '<>' ) ( ' ' parameters )? end |
        'RCPT TO:'i ( '<Postmaster>'i | path ) ( ' ' parameters )? end |
        'DATA'i end |
        'RSET'i end |
        'VRFY'i ' ' string end |
        'EXPN'i ' ' string end |
        'HELP'i ( ' ' string )? end |
        'NOOP'i ( ' ' string )? end |
        'QUIT'i end |
        'STARTTLS'i end |
        'AUTH'i ' ' [A-Za-z0-9\-_]+ ( ' ' ( base64 | '=' ) )? end |
        'BDAT'i ' ' digit+ ( ' ' 'LAST'i )? end;

    write data;
}%%

static int read_line(const unsigned char *line, const unsigned char *pe, captures *found)
{
    const unsigned char *p = line;
    int cs;
    (void)found;
#ifdef CAPTURES
    const unsigned char *local_part = line, *domain = line, *keyword = line, *value = line;
#endif
    %% write init;
    %% write exec;
    return cs >= command_first_final && p == pe;
}

BATCH(NAME, read_line)
