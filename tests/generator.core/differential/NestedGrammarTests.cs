using Xunit;

namespace SmtpEmbedded.Abnf.Core.Tests.Differential;

/// <summary>Rules that contain themselves: the oracle, the matcher and the emitted parsers agree on sentences and near misses.</summary>
public sealed class NestedGrammarTests
{
    /// <summary>RFC 8259, its rules' facts in our words; strings hold octets instead of characters, so that every octet is tried.</summary>
    private const string Json = """
        json-text = ws value ws
        ws = *( %x20 / %x09 / %x0A / %x0D )
        value = "#false" / "#null" / object / array / number / string
        object = ws "{" ws [ member *( ws "," ws member ) ] ws "}" ws
        member = string ws ":" ws value
        array = ws "[" ws [ value *( ws "," ws value ) ] ws "]" ws
        number = [ "-" ] ( "0" / %x31-39 *DIGIT ) [ "." 1*DIGIT ]
        string = %x22 *( %x20-21 / %x23-5B / %x5D-FF / "\" ( %x22 / "\" / "u" 4HEXDIG ) ) %x22

        """;

    /// <summary>RFC 5322 3.2.2: comments within comments.</summary>
    private const string Comment = """
        comment = "(" *( [ WSP ] ccontent ) [ WSP ] ")"
        ccontent = ctext / quoted-pair / comment
        ctext = %x21-27 / %x2A-5B / %x5D-7E
        quoted-pair = "\" ( %x21-7E / WSP )

        """;

    [Fact]
    public void Json8259() => RandomInputs.Check(
    [
        Subject.Of(Json, "json-text"),
        Subject.Of(Json, "json-text", "number string"),
        Subject.Of(Json, "json-text", "value member array"),
    ]);

    /// <summary>What is captured speaks of itself, but nothing nests.</summary>
    [Theory]
    [InlineData("s = \"a\" [ 0s \"b\" ]\n", "s", "s")]
    [InlineData("s = *item\nitem = \"a\" / \"b\"\nlist = \"(\" *list \")\"\n", "s", "item list")]
    public void NothingNests(string grammar, string root, string captures) => RandomInputs.Check([Subject.Of(grammar, root, captures)]);

    [Fact]
    public void Comment5322() => RandomInputs.Check([Subject.Of(Comment, "comment"), Subject.Of(Comment, "comment", "comment quoted-pair")]);
}
