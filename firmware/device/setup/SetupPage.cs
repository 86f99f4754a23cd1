using System.Text;

namespace SmtpEmbedded.Device;

/// <summary>The form, and what is said after it, as whole HTTP answers.</summary>
internal static class SetupPage
{
    private const string Head = "HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
        + "<!doctype html><meta name=viewport content=\"width=device-width\"><title>SmtpEmbedded</title>"
        + "<style>body{font:16px sans-serif;max-width:26em;margin:1em auto;padding:0 1em}input,select{display:block;width:100%;margin:.2em 0 .8em}b{color:#b00}</style>"
        + "<h1>SmtpEmbedded</h1>";

    private const string Fields = "<form method=post action=/>"
        + "<h2>Wi-Fi</h2><label>Name<input name=ssid required maxlength=32></label><label>Password<input name=wifi type=password maxlength=64></label>"
        + "<h2>Smarthost</h2><label>Host<input name=host required></label>"
        + "<label>Security<select name=security><option>starttls<option>tls<option>none</select></label>"
        + "<label>Port, if not the usual one<input name=port inputmode=numeric></label>"
        + "<label>User<input name=user autocapitalize=none></label><label>Password<input name=password type=password></label>"
        + "<h2>Alerts</h2><label>To<input name=to type=email required></label><label>From<input name=from type=email required></label>"
        + "<h2>This board</h2><label>Host name<input name=hostname placeholder=board.example.org></label>"
        + "<label>Networks that may send<input name=allow placeholder=192.168.1.0/24></label>"
        + "<button>Save and restart</button></form>";

    /// <summary>The form, with what is wrong and what is worth knowing above it.</summary>
    public static byte[] Form(string error, string notice)
    {
        return Bytes((error.Length == 0 ? "" : "<p><b>" + Escape(error) + "</b></p>") + Paragraph(notice) + Fields);
    }

    /// <summary>The farewell.</summary>
    public static byte[] Saved(string notice)
    {
        return Bytes("<p>Saved. The board restarts, joins the network and takes mail on port 25.</p>" + Paragraph(notice));
    }

    private static string Paragraph(string text)
    {
        return text.Length == 0 ? "" : "<p>" + Escape(text) + "</p>";
    }

    /// <summary>With what both begin with, which is in flash once so.</summary>
    private static byte[] Bytes(string text)
    {
        return Encoding.UTF8.GetBytes(Head + text);
    }

    private static string Escape(string text)
    {
        StringBuilder escaped = new StringBuilder(text);
        escaped.Replace("&", "&amp;");
        escaped.Replace("<", "&lt;");
        return escaped.ToString();
    }
}
