using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Device.Interpreter;

/// <summary>Replies of a smarthost: "CODE LINES TEXT" for a whole one, "more" for part of one, "no, it ..." for none. Fed whole and octet by octet.</summary>
internal sealed class ReplyVectors : IVectors
{
    private readonly Conformance _conformance;
    private readonly ReplyReader _reader;
    private readonly Octets _input = new Octets();

    public ReplyVectors(Conformance conformance)
    {
        _conformance = conformance;
        Limits limits = new Limits();
        limits.ReplyLine = 512;
        limits.ReplyLines = 5;
        _reader = new ReplyReader(limits);
    }

    public void After(string preparation)
    {
    }

    public void Check(int line, string expected, string input)
    {
        _input.Clear();
        _input.AddEscaped(input);
        string whole = Read(_input.Count);
        _conformance.Check(whole == expected, line, expected, whole);
        string bytewise = Read(1);
        _conformance.Check(bytewise == expected, line, expected, bytewise);
    }

    private string Read(int cut)
    {
        _reader.Reset();
        int at = 0;
        while (at < _input.Count)
        {
            int left = _input.Count - at;
            at += _reader.Read(_input.Bytes, at, left < cut ? left : cut);
            switch (_reader.Progress)
            {
                case ReplyProgress.Reply:
                    return _reader.Code.ToString() + " " + _reader.Lines.ToString() + " " + _reader.Text;
                case ReplyProgress.Invalid:
                    int colon = _reader.Fault.IndexOf(':');
                    return "no, it " + (colon < 0 ? _reader.Fault : _reader.Fault.Substring(0, colon));
                default:
                    break;
            }
        }

        return "more";
    }
}
