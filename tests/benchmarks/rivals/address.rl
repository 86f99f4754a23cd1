# Addresses, RFC 5321 section 4.1.2 and 4.1.3 with RFC 6531, as grammar/address.abnf reads them.
%%{
    machine address;

    utf8_tail = 0x80..0xBF;
    utf8_non_ascii =
        0xC2..0xDF utf8_tail |
        0xE0 0xA0..0xBF utf8_tail | 0xE1..0xEC utf8_tail{2} | 0xED 0x80..0x9F utf8_tail | 0xEE..0xEF utf8_tail{2} |
        0xF0 0x90..0xBF utf8_tail{2} | 0xF1..0xF3 utf8_tail{3} | 0xF4 0x80..0x8F utf8_tail{2};

    let_dig = [A-Za-z0-9] | utf8_non_ascii;
    sub_domain = let_dig ( ( let_dig | '-' )* let_dig )?;
    domain = ( sub_domain ( '.' sub_domain )* ) >domain_starts %domain_ends;

    snum = digit{1,3};
    ipv4 = snum ( '.' snum ){3};
    ipv6 = 'IPv6:'i xdigit* ':' [0-9A-Fa-f:.]*;
    address_literal = '[' ( ipv4 | ipv6 ) ']';

    atext = [A-Za-z0-9!#$%&'*+\-/=?^_`{|}~] | utf8_non_ascii;
    atom = atext+;
    dot_string = atom ( '.' atom )*;
    quoted_pair = '\\' 0x20..0x7E;
    qtext = ( 0x20..0x7E - ["\\] ) | utf8_non_ascii;
    quoted_string = '"' ( qtext | quoted_pair )* '"';
    local_part = ( dot_string | quoted_string ) >local_part_starts %local_part_ends;
    string = atom | quoted_string;

    mailbox = local_part '@' ( domain | address_literal );
    at_domain = '@' domain;
    path = '<' ( at_domain ( ',' at_domain )* ':' )? mailbox '>';
}%%
