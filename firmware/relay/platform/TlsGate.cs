using System.Security.Cryptography.X509Certificates;

namespace SmtpEmbedded.Relay.Platform;

/// <summary>
/// Lets one TLS session through at a time, and none before the clock is set: certificates could not be judged, and each
/// session takes 40 to 60 KB of native memory on a device. From any thread.
/// </summary>
internal sealed class TlsGate
{
    private const string Taken = "another TLS session is open, and there is memory for one only";

    private readonly IClock _clock;
    private readonly ITlsCondition? _condition;
    private readonly byte[]? _authorities;
    private readonly object _lock = new object();
    private bool _isTaken;

    /// <param name="clock">Must be set before certificates can be judged.</param>
    /// <param name="authorities">The certificates to trust, in PEM, several one behind the other; null for those the machine has.</param>
    /// <param name="condition">Asked as well; may be null.</param>
    public TlsGate(IClock clock, byte[]? authorities, ITlsCondition? condition)
    {
        _clock = clock;
        _condition = condition;
        _authorities = authorities;
    }

    /// <summary>Asked for the certificates to trust, in place of those that were given; null while those count.</summary>
    public IAuthorities? Source { get; set; }

    public byte[]? Authorities => Source == null ? _authorities : Source.Read();

    /// <summary>What we show as a server; null while we are none.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>Takes the place.</summary>
    /// <returns>Empty when it is taken, and <see cref="Leave"/> must follow; otherwise why not.</returns>
    public string Enter()
    {
        string objection = Objection();
        if (objection.Length > 0)
        {
            return objection;
        }

        lock (_lock)
        {
            if (_isTaken)
            {
                return Taken;
            }

            _isTaken = true;
            return "";
        }
    }

    /// <summary>Why no handshake may be made now; empty when one may.</summary>
    public string Objection()
    {
        if (!_clock.IsSet)
        {
            return "the clock is not set yet, so no certificate can be judged";
        }

        lock (_lock)
        {
            if (_isTaken)
            {
                return Taken;
            }
        }

        return _condition == null ? "" : _condition.Objection();
    }

    public void Leave()
    {
        lock (_lock)
        {
            _isTaken = false;
        }
    }
}
