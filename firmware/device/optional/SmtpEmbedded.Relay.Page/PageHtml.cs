namespace SmtpEmbedded.Relay.Page;

/// <summary>The page as a board keeps it in flash: compressed, for every browser can read that. Any thread.</summary>
public static partial class PageHtml
{
    /// <summary>The coding it has, RFC 9110 section 8.4.1.</summary>
    public const string Encoding = "gzip";

    /// <summary>A copy in memory; <c>page.html</c> as the build has compressed it.</summary>
    public static byte[] Read()
    {
        byte[] html = new byte[0];
        Load(ref html);
        return html;
    }

    static partial void Load(ref byte[] html);
}
