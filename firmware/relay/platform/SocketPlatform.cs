using System;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;

namespace SmtpEmbedded.Relay.Platform;

/// <summary>
/// The machine as a relay sees it: threads and blocking sockets, the same source on nanoFramework and on .NET. Counts its
/// sockets, makes one TLS session at a time, and keeps name look-ups. May be called from any thread.
/// </summary>
public sealed class SocketPlatform : IPlatform
{
    /// <summary>How many sockets an ESP32, S3 or C6 has.</summary>
    public const int SocketsOfEsp32 = 16;

    /// <summary>How many sockets a C3 has.</summary>
    public const int SocketsOfEsp32C3 = 8;

    private readonly ILog _log;
    private readonly SocketBudget _budget;
    private readonly TlsGate _gate;

    /// <summary>Makes a platform; it opens nothing yet.</summary>
    /// <param name="clock">The clocks; <see cref="SystemClock"/> where nothing better is known.</param>
    /// <param name="log">Told when no thread can be started.</param>
    /// <param name="sockets">How many sockets there may be at once.</param>
    /// <param name="authorities">The certificates to trust, in PEM, several one behind the other; null for those the machine has stored.</param>
    /// <param name="condition">Asked before each TLS handshake; may be null.</param>
    public SocketPlatform(IClock clock, ILog log, int sockets, byte[]? authorities, ITlsCondition? condition)
    {
        _log = log;
        _budget = new SocketBudget(sockets);
        Clock = clock;
        _gate = new TlsGate(clock, authorities, condition);
        Connector = CreateConnector();
        Error = "";
    }

    /// <inheritdoc/>
    public IClock Clock { get; }

    /// <inheritdoc/>
    public IConnector Connector { get; }

    /// <inheritdoc/>
    public string Error { get; private set; }

    /// <summary>How many sockets are open.</summary>
    public int SocketsInUse => _budget.Used;

    /// <summary>Where the certificates to trust are read for each handshake, in place of those the constructor was given: a board keeps some kilobytes of memory so. Null while there is no such place.</summary>
    public IAuthorities? Authorities
    {
        get => _gate.Source;
        set => _gate.Source = value;
    }

    /// <summary>What clients are shown that ask for TLS, with its private key. A board sets none unless it must: a TLS session of a client takes the memory that the one to the smarthost needs. Set it before the relay starts, with <see cref="RelaySettings.OffersTls"/>.</summary>
    public X509Certificate2? Certificate
    {
        get => _gate.Certificate;
        set => _gate.Certificate = value;
    }

    /// <inheritdoc/>
    public IListener? Listen(string address, int port)
    {
        Error = "";
        IPAddress? bind = IPAddress.Any;
        if (address != "*")
        {
            byte[] text = Encoding.UTF8.GetBytes(address);
            byte[]? bytes = AddressReader.Read(text, 0, text.Length);
            bind = bytes == null ? null : new IPAddress(bytes);
        }

        if (bind == null)
        {
            Error = "Cannot listen on " + address + ": that is no address";
            return null;
        }

        if (!_budget.Take(0))
        {
            Error = "Cannot listen: all sockets are in use";
            return null;
        }

        try
        {
            return SocketListener.Open(bind, port, _budget, _gate);
        }
        catch (Exception failure)
        {
            _budget.Give();
            Error = "Cannot listen on " + address + " port " + port.ToString() + ": " + Failures.Describe(failure);
            return null;
        }
    }

    /// <inheritdoc/>
    public bool Start(ITask task)
    {
        try
        {
            Thread thread = new Thread(task.Run);
#if !NANOFRAMEWORK_1_0
            // A program that ends need not wait for a relay it has not stopped.
            thread.IsBackground = true;
#endif
            thread.Start();
            return true;
        }
        catch (Exception failure)
        {
            Error = "No thread can be started: " + Failures.Describe(failure);
            _log.Write(LogLevel.Error, "platform", Error);
            return false;
        }
    }

    /// <summary>Makes another way to the smarthost, for a thread besides the forwarder. Sockets and TLS sessions are counted with all others.</summary>
    public IConnector CreateConnector()
    {
        return new SocketConnector(Clock, _budget, _gate);
    }

    /// <inheritdoc/>
    public ISignal CreateSignal()
    {
        return new Signal();
    }
}
