using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Device;

/// <summary>As much of an HTTP request (RFC 9112) as a form needs: GET or POST, and where the body is.</summary>
internal sealed class HttpRequest
{
    private static readonly byte[] ContentLength = { (byte)'c', (byte)'o', (byte)'n', (byte)'t', (byte)'e', (byte)'n', (byte)'t', (byte)'-', (byte)'l', (byte)'e', (byte)'n', (byte)'g', (byte)'t', (byte)'h' };

    private readonly byte[] _bytes;
    private long _bodyLength;

    /// <param name="bytes">Where the request is being received.</param>
    public HttpRequest(byte[] bytes)
    {
        _bytes = bytes;
        BodyStart = -1;
    }

    /// <summary>How many bytes have come.</summary>
    public int Count { get; private set; }

    /// <summary>Where the body begins; -1 while the head is not complete.</summary>
    public int BodyStart { get; private set; }

    /// <summary>Whether it is a POST.</summary>
    public bool IsPost
    {
        get { return Count > 4 && _bytes[0] == (byte)'P' && _bytes[1] == (byte)'O'; }
    }

    /// <summary>Whether all of it has come.</summary>
    public bool IsComplete
    {
        get { return BodyStart >= 0 && Count - BodyStart >= _bodyLength; }
    }

    /// <summary>Takes note of more bytes.</summary>
    public void Add(int count)
    {
        Count += count;
        if (BodyStart < 0)
        {
            ReadHead();
        }
    }

    private void ReadHead()
    {
        int line = 0;
        for (int i = 0; i < Count; i++)
        {
            if (_bytes[i] != Ascii.Lf)
            {
                continue;
            }

            int end = i > line && _bytes[i - 1] == Ascii.Cr ? i - 1 : i;
            if (end == line)
            {
                BodyStart = i + 1;
                return;
            }

            ReadField(line, end);
            line = i + 1;
        }
    }

    private void ReadField(int start, int end)
    {
        int value = start + ContentLength.Length + 1;
        if (value > end || _bytes[value - 1] != (byte)':' || !Ascii.EqualsIgnoreCase(_bytes, start, value - 1, ContentLength))
        {
            return;
        }

        while (value < end && _bytes[value] == Ascii.Space)
        {
            value++;
        }

        long length = Ascii.ReadNumber(_bytes, value, end);
        _bodyLength = length < 0 ? 0 : length;
    }
}
