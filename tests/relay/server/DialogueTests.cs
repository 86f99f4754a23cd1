using System.IO;
using System.Linq;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.Server;

/// <summary>Every file in dialogues/, whole, byte by byte and in random cuts. A file is named for what it proves.</summary>
public class DialogueTests
{
    private const int RandomCuts = 20;

    private static string Folder => Path.Combine(DataFiles.Folder, "dialogues");

    public static TheoryData<string> Names()
    {
        var data = new TheoryData<string>();
        foreach (string path in Directory.GetFiles(Folder, "*.txt").OrderBy(p => p, System.StringComparer.Ordinal))
        {
            data.Add(Path.GetFileNameWithoutExtension(path));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void GoesAsWritten(string name)
    {
        var dialogue = new Dialogue(Path.Combine(Folder, name + ".txt"));
        Assert.NotEqual("", dialogue.Purpose);
        foreach (Cuts cuts in Cuts.Several(RandomCuts))
        {
            dialogue.Play(new SessionStage(), cuts);
        }
    }
}
