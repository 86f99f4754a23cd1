using System.Text;

namespace SmtpEmbedded.Device;

/// <summary>Writes the settings file from the form's fields. Whether the values make sense is for the reader of the file to say.</summary>
internal static class SettingsText
{
    /// <summary>The file.</summary>
    public static byte[] Write(FormReader form)
    {
        StringBuilder text = new StringBuilder();
        text.Append("# Written by the setup form.\n[server]\n");
        Add(text, form, "hostname");
        text.Append("listen = *:25\n");
        Add(text, form, "allow");
        text.Append("[smarthost]\n");
        Add(text, form, "host");
        Add(text, form, "port");
        Add(text, form, "security");
        Add(text, form, "user");
        Add(text, form, "password");
        text.Append("[alerts]\n");
        Add(text, form, "from");
        Add(text, form, "to");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>A field that is left empty keeps its default.</summary>
    private static void Add(StringBuilder text, FormReader form, string key)
    {
        string value = form.Read(key);
        if (value.Length > 0)
        {
            text.Append(key);
            text.Append(" = ");
            text.Append(value);
            text.Append("\n");
        }
    }
}
