using System.IO;
using System.IO.Compression;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Writes a file, compressed with gzip, as C#: the body of a method <c>static partial void Load(ref byte[] NAME)</c>. Bytes given with
/// their values stay in flash until they are asked for. Compiled by the build itself.
/// </summary>
public class CompressedFile : Task
{
    /// <summary>What to compress.</summary>
    [Required]
    public string Source { get; set; }

    /// <summary>The C# file to write.</summary>
    [Required]
    public string Output { get; set; }

    /// <summary>The class's namespace.</summary>
    [Required]
    public string Namespace { get; set; }

    /// <summary>The static partial class.</summary>
    [Required]
    public string Class { get; set; }

    /// <summary>The method's parameter.</summary>
    [Required]
    public string Parameter { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        byte[] file = File.ReadAllBytes(Source);
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(file, 0, file.Length);
        }

        var text = new StringBuilder("namespace " + Namespace + ";\n\npublic static partial class " + Class + "\n{\n    static partial void Load(ref byte[] " + Parameter + ")\n    {\n        " + Parameter + " = new byte[]\n        {");
        byte[] bytes = packed.ToArray();
        for (int i = 0; i < bytes.Length; i++)
        {
            text.Append(i % 24 == 0 ? "\n            " : " ").Append(bytes[i]).Append(',');
        }

        text.Append("\n        };\n    }\n}\n");
        File.WriteAllText(Output, text.ToString());
        Log.LogMessage(MessageImportance.High, Path.GetFileName(Source) + ": " + file.Length + " bytes, " + bytes.Length + " in flash");
        return true;
    }
}
