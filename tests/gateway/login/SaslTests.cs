using System;
using System.Text;
using SmtpEmbedded.Gateway.Login;
using SmtpEmbedded.Relay;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>The mechanisms say what their standards' examples say, and only those offered are used.</summary>
public sealed class SaslTests
{
    [Fact]
    public void CramMd5SaysWhatRfc2195Says()
    {
        var mechanism = new CramMd5("tim", "tanstaaftanstaaf");
        Assert.False(mechanism.HasInitialResponse);
        Assert.Equal("tim b913a602c7eda7a495b4e6e7334d3890", Say(mechanism, "<1896.697170952@postoffice.reston.mci.net>"));
    }

    [Fact]
    public void ScramSha256SaysWhatRfc7677SaysAndProvesTheServer()
    {
        ScramSha256 mechanism = Scram();
        Assert.Equal("n,,n=user,r=rOprNGfwEbeRWgbNEkqO", Say(mechanism, ""));
        Assert.Equal(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            Say(mechanism, "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"));
        Assert.False(mechanism.IsProven);
        Assert.Equal("", Say(mechanism, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
        Assert.True(mechanism.IsProven);
    }

    [Theory]
    [InlineData("r=another,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "another exchange")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "another exchange")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO1,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1", "iterations")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO1,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2000000000", "iterations")]
    [InlineData("m=x,r=rOprNGfwEbeRWgbNEkqO1,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "not understood")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO1,s=W22,i=4096", "not understood")]
    [InlineData("", "not understood")]
    public void ScramRefusesAServerThatDoesNotKeepToIt(string first, string error)
    {
        ScramSha256 mechanism = Scram();
        mechanism.Respond([]);
        Assert.Null(mechanism.Respond(Encoding.UTF8.GetBytes(first)));
        Assert.Contains(error, mechanism.Error);
    }

    [Theory]
    [InlineData("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95H4=", "does not know the password")]
    [InlineData("e=invalid-proof", "invalid-proof")]
    [InlineData("x", "not understood")]
    public void ScramDoesNotBelieveAServerThatCannotProveItself(string final, string error)
    {
        ScramSha256 mechanism = Scram();
        mechanism.Respond([]);
        mechanism.Respond("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"u8.ToArray());
        Assert.Null(mechanism.Respond(Encoding.UTF8.GetBytes(final)));
        Assert.Contains(error, mechanism.Error);
        Assert.False(mechanism.IsProven);
    }

    [Fact]
    public void TokensAreWrittenAsBothMechanismsWantThem()
    {
        Assert.Equal("user=a@b\u0001auth=Bearer t0k\u0001\u0001", Say(BearerToken.XOAuth2("a@b", "t0k"), ""));
        BearerToken standard = BearerToken.OAuthBearer("a,b=@c", "t0k", "h", 587);
        Assert.Equal("n,a=a=2Cb=3D@c,\u0001host=h\u0001port=587\u0001auth=Bearer t0k\u0001\u0001", Say(standard, ""));
        Assert.Equal("\u0001", Say(standard, "{\"status\":\"invalid_token\"}"));
        Assert.Contains("invalid_token", standard.Error);
    }

    [Theory]
    [InlineData("", "PLAIN LOGIN SCRAM-SHA-256 CRAM-MD5", "SCRAM-SHA-256")]
    [InlineData("", "LOGIN PLAIN CRAM-MD5", "PLAIN")]
    [InlineData("", "CRAM-MD5 login", "LOGIN")]
    [InlineData("", "CRAM-MD5 GSSAPI", "CRAM-MD5")]
    [InlineData("", "GSSAPI", null)]
    [InlineData("", "", null)]
    [InlineData("CRAM-MD5", "PLAIN CRAM-MD5", "CRAM-MD5")]
    [InlineData("CRAM-MD5", "PLAIN LOGIN", null)]
    [InlineData("SCRAM-SHA-256", "SCRAM-SHA-1 PLAIN", null)]
    public void OnlyAnOfferedMechanismIsUsedAndOnlyTheOneThatIsSet(string set, string offered, string? chosen)
    {
        var login = new SmarthostLogin(new Smarthost { User = "u", Password = "p", Auth = set }, null);
        Assert.Equal(chosen, login.Begin(offered));
        Assert.Equal(chosen is null, login.Error.Length > 0);
    }

    [Fact]
    public void ATokenIsNeverReplacedByAPassword()
    {
        var login = new SmarthostLogin(new Smarthost { User = "u", Password = "p" }, new FixedToken());
        Assert.Null(login.Begin("PLAIN LOGIN SCRAM-SHA-256"));
        Assert.Contains("OAUTHBEARER or XOAUTH2 is wanted: nothing else is tried", login.Error);
        Assert.Equal("XOAUTH2", login.Begin("PLAIN XOAUTH2"));
        Assert.Equal("OAUTHBEARER", login.Begin("XOAUTH2 OAUTHBEARER"));
    }

    [Fact]
    public void AYesWithoutProofIsNotBelievedAndARefusedTokenIsForgotten()
    {
        var login = new SmarthostLogin(new Smarthost { User = "u", Password = "p" }, null);
        login.Begin("SCRAM-SHA-256");
        Assert.NotNull(login.Respond(null));
        Assert.False(login.End(accepted: true));
        Assert.Contains("without proving", login.Error);

        var tokens = new FixedToken();
        login = new SmarthostLogin(new Smarthost { User = "u" }, tokens);
        login.Begin("XOAUTH2");
        login.Respond(null);
        login.Respond(Convert.ToBase64String("{\"status\":\"400\"}"u8));
        login.End(accepted: false);
        Assert.Equal(1, tokens.Forgotten);
        Assert.Contains("the token was refused: {\"status\":\"400\"}", login.Error);
    }

    private static ScramSha256 Scram() => new("user", "pencil", "rOprNGfwEbeRWgbNEkqO");

    private static string Say(ISaslMechanism mechanism, string challenge) => Encoding.UTF8.GetString(mechanism.Respond(Encoding.UTF8.GetBytes(challenge))!);

    private sealed class FixedToken : ITokenSource
    {
        public int Forgotten { get; private set; }

        public string? Get(out string error)
        {
            error = "";
            return "token";
        }

        public void Forget() => Forgotten++;
    }
}
