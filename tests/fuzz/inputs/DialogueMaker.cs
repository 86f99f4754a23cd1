using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using SmtpEmbedded.Abnf;
using SmtpEmbedded.Relay.Tests.Server;

namespace SmtpEmbedded.Fuzz;

/// <summary>
/// Makes inputs: dialogues that go where a real one goes, out of sentences of the grammar; the dialogues of the repository; and
/// either of them damaged. The same seed gives the same inputs.
/// </summary>
internal sealed class DialogueMaker
{
    /// <summary>No input is longer, in octets.</summary>
    public const int Longest = 6000;

    private const int SentencesPerRoot = 600;

    private static readonly string[] s_hellos = ["EHLO client.example\r\n", "EHLO c\r\n", "HELO c\r\n", "EHLO [IPv6:::1]\r\n", "HELO\n"];
    private static readonly string[] s_mails = ["MAIL FROM:<>\r\n", "MAIL FROM:<a@b.example>\r\n", "MAIL FROM:<a@b> SIZE=100 BODY=8BITMIME\r\n", "MAIL FROM:<\xC3\xBC@b> SMTPUTF8\r\n", "mail from: a@b\n"];
    private static readonly string[] s_recipients = ["RCPT TO:<c@d.example>\r\n", "RCPT TO:<Postmaster>\r\n", "RCPT TO:<c@d> NOTIFY=NEVER\r\n", "RCPT TO:<c@e>\r\n"];
    private static readonly string[] s_logins = ["AUTH PLAIN AGFsaWNlAHNlY3JldA==\r\n", "AUTH PLAIN\r\nAGFsaWNlAHNlY3JldA==\r\n", "AUTH LOGIN\r\nYWxpY2U=\r\nc2VjcmV0\r\n", "AUTH LOGIN YWxpY2U=\r\nc2VjcmV0\r\n", "AUTH LOGIN\r\n*\r\n"];
    private static readonly string[] s_texts = ["x\r\n", "Subject: x\r\n\r\nbody\r\n", "Date: x\r\nMessage-ID: y\r\n\r\n..\r\n", "\r\n", "..\r\n", "x\n", "Received: x\r\n", " folded\r\n", "a\rb\r\n"];
    private static readonly string[] s_ends = ["\r\n.\r\n", ".\r\n", "\n.\n", "\r\n.\n", "\n.\r\n", "\r.\r", "\r\n.\r", "\r\n\0.\r\n", "\r\n.\r\r\n", "\r\r\n.\r\r\n"];
    private static readonly byte[] s_events = "TTTFEWWSVDUN"u8.ToArray();

    private readonly Random _random;
    private readonly Dictionary<string, byte[][]> _sentences = [];
    private readonly List<byte[]> _corpus = [];
    private readonly SentenceMutator _mutator;
    private readonly List<byte> _made = [];

    /// <summary>Reads the grammar and the dialogues of the working tree.</summary>
    public DialogueMaker(int seed)
    {
        _random = new Random(seed);
        _mutator = new SentenceMutator(seed);
        ReadGrammar(seed);
        ReadCorpus();
    }

    /// <summary>Inputs to begin with: every dialogue of the repository under every profile.</summary>
    public IEnumerable<byte[]> Seeds()
    {
        foreach (byte[] dialogue in _corpus)
        {
            for (int profile = 0; profile < Profiles.Count; profile++)
            {
                byte[] seed = (byte[])dialogue.Clone();
                seed[0] = (byte)profile;
                yield return seed;
            }
        }
    }

    public byte[] Next()
    {
        _made.Clear();
        _made.Add((byte)_random.Next(Profiles.Count));
        switch (_random.Next(8))
        {
            case 0:
                _made.AddRange(Pick(_corpus).Skip(1));
                break;
            case 1:
                for (int n = _random.Next(1, 12); n > 0; n--)
                {
                    _made.AddRange(AnySentence());
                }

                break;
            default:
                MakeDialogue();
                break;
        }

        byte[] input = _made.ToArray();
        for (int n = _random.Next(3) - 1; n > 0 || _random.Next(4) == 0; n--)
        {
            input = Mutate(input, Pick(_corpus));
        }

        return input.Length <= Longest ? input : input.AsSpan(0, Longest).ToArray();
    }

    /// <summary>A damaged copy; part of another input may come in.</summary>
    public byte[] Mutate(byte[] input, byte[] other)
    {
        switch (_random.Next(7))
        {
            case 0:
                // What decides most stands at line ends.
                int[] ends = Enumerable.Range(0, input.Length).Where(i => input[i] is (byte)'\n' or (byte)'.').ToArray();
                if (ends.Length == 0)
                {
                    goto default;
                }

                return Replace(input, Pick(ends), _random.Next(3), Octets(Pick(s_ends)));
            case 1:
                return Replace(input, _random.Next(input.Length + 1), _random.Next(20), AnySentence());
            case 2:
                int from = _random.Next(other.Length);
                return Replace(input, _random.Next(input.Length + 1), _random.Next(40), other.AsSpan(from, _random.Next(other.Length - from + 1)).ToArray());
            case 3:
                return Replace(input, _random.Next(input.Length + 1), 0, [0xFF, 0xFE, s_events[_random.Next(s_events.Length)]]);
            case 4:
                byte[] many = new byte[_random.Next(1, 1600)];
                Array.Fill(many, _random.Next(3) == 0 ? (byte)_random.Next(256) : (byte)'x');
                return Replace(input, _random.Next(input.Length + 1), 0, many);
            default:
                return _mutator.Mutate(input);
        }
    }

    private void MakeDialogue()
    {
        Say(Pick(s_hellos));
        if (_random.Next(3) == 0)
        {
            Say("STARTTLS\r\n");
            _made.AddRange([0xFF, 0xFE, (byte)'T']);
            Say(Pick(s_hellos));
        }

        if (_random.Next(3) == 0)
        {
            Say(Pick(s_logins));
        }

        for (int messages = _random.Next(1, 4); messages > 0; messages--)
        {
            SayOr(s_mails);
            for (int n = _random.Next(1, 4); n > 0; n--)
            {
                SayOr(s_recipients);
            }

            if (_random.Next(3) == 0)
            {
                SayChunks();
            }
            else
            {
                Say("DATA\r\n");
                SayText();
                Say(_random.Next(4) == 0 ? Pick(s_ends) : ".\r\n");
            }

            if (_random.Next(3) == 0)
            {
                _made.AddRange(Pick(_sentences["command"]));
            }
        }

        Say("QUIT\r\n");
    }

    private void SayText()
    {
        if (_random.Next(4) == 0)
        {
            _made.AddRange(Pick(_sentences[_random.Next(2) == 0 ? "message-data" : "lenient-data"]));
            return;
        }

        for (int n = _random.Next(8); n > 0; n--)
        {
            Say(_random.Next(8) == 0 ? Pick(s_ends) : Pick(s_texts));
        }
    }

    private void SayChunks()
    {
        for (int n = _random.Next(1, 4); n > 0; n--)
        {
            byte[] chunk = _random.Next(3) == 0 ? Pick(_sentences["chunked-message"]) : Octets(Pick(s_texts));
            int size = _random.Next(12) == 0 ? _random.Next(2000) : chunk.Length;
            Say("BDAT " + size + (n == 1 ? " LAST\r\n" : "\r\n"));
            _made.AddRange(chunk);
        }
    }

    private void SayOr(string[] usual)
    {
        if (_random.Next(3) == 0)
        {
            _made.AddRange(Pick(_sentences[_random.Next(2) == 0 ? "command" : "quirky-command"]));
        }
        else
        {
            Say(Pick(usual));
        }
    }

    private void Say(string text) => _made.AddRange(Octets(text));

    private byte[] AnySentence() => Pick(Pick(_sentences.Values.ToArray()));

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    private static byte[] Octets(string text) => Encoding.Latin1.GetBytes(text);

    private static byte[] Replace(byte[] input, int at, int count, byte[] with)
    {
        int end = Math.Min(input.Length, at + count);
        var output = new byte[at + with.Length + input.Length - end];
        Array.Copy(input, output, at);
        with.CopyTo(output, at);
        Array.Copy(input, end, output, at + with.Length, input.Length - end);
        return output;
    }

    private void ReadGrammar(int seed)
    {
        string folder = Path.Combine(WorkingTree.Folder, "grammar");
        Grammar grammar = Grammar.Read(Directory.GetFiles(folder, "*.abnf").Order(StringComparer.Ordinal).Select(f => new SourceFile(Path.GetFileName(f), File.ReadAllText(f))).ToArray());
        foreach (string root in new[] { "command", "quirky-command", "auth-line", "message-data", "lenient-data", "chunked-message", "mail", "rcpt", "header-line" })
        {
            var sampler = new SentenceSampler(grammar, grammar.Find(root) ?? throw new InvalidDataException("no rule " + root), seed);
            _sentences[root] = Enumerable.Range(0, SentencesPerRoot).Select(_ => sampler.Next()).Where(s => s.Length < Longest).ToArray();
        }
    }

    private void ReadCorpus()
    {
        string folder = Path.Combine(WorkingTree.Folder, "tests", "relay", "server", "dialogues");
        foreach (string file in Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal))
        {
            var octets = new List<byte> { 0 };
            foreach (string line in File.ReadAllLines(file))
            {
                switch (line.Split(' ', 2)[0])
                {
                    case "C:": Add(octets, Escapes.Decode(line.Length > 3 ? line[3..] : "") + "\r\n"); break;
                    case "C>": Add(octets, Escapes.Decode(line.Length > 3 ? line[3..] : "")); break;
                    case "Do:" when line == "Do: hello": Add(octets, "EHLO client.example\r\n"); break;
                    case "Do:" when line == "Do: tls": octets.AddRange([0xFF, 0xFE, (byte)'T']); break;
                    case "Do:" when line == "Do: expire": octets.AddRange([0xFF, 0xFE, (byte)'E']); break;
                    default: break;
                }
            }

            if (octets.Count < Longest)
            {
                _corpus.Add([.. octets]);
            }
        }
    }

    private static void Add(List<byte> octets, string text) => octets.AddRange(Octets(text));
}
