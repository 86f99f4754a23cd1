using System;
using System.Net;
using System.Net.Security;
using System.Threading.Tasks;
using SmtpEmbedded.Gateway.Login;
using SmtpEmbedded.Gateway.Queue;
using SmtpEmbedded.Gateway.Storage;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>
/// The whole relay on .NET, put together: spool on files, listener, group commits, forwarder thread, alerts. <c>run</c>,
/// <c>demo</c> and the tests all use this one.
/// </summary>
public sealed class RelayHost
{
    // A backlog of this many messages is worth another connection, where the settings allow one.
    private const int MessagesPerConnection = 20;

    private readonly RelaySettings _settings;
    private readonly IClock _clock;
    private readonly ILog _log;
    private FileSegmentStore? _store;
    private Spool? _spool;
    private GroupCommitter? _committer;
    private Listener? _listener;
    private ForwarderThread[] _forwarders = [];
    private FailureDigest? _digest;
    private ControlSocket? _control;

    /// <summary>Prepares a relay; nothing is touched before <see cref="Start"/>.</summary>
    public RelayHost(RelaySettings settings, IClock clock, ILog log)
    {
        _settings = settings;
        _clock = clock;
        _log = log;
    }

    /// <summary>Where it listens, once started.</summary>
    public IPEndPoint EndPoint => _listener!.EndPoint;

    /// <summary>Where it listens besides, once started; null for nowhere.</summary>
    public IPEndPoint? SecondEndPoint => _listener!.SecondEndPoint;

    /// <summary>Where TLS begins at once, once started; null for nowhere.</summary>
    public IPEndPoint? TlsEndPoint => _listener!.TlsEndPoint;

    /// <summary>Raises alerts through this relay, once started.</summary>
    public Alerts Alerts { get; private set; } = null!;

    /// <summary>The settings in force.</summary>
    public RelaySettings Settings => _settings;

    /// <summary>The queue, once started.</summary>
    public Spool Spool => _spool!;

    /// <summary>What has become of mail lately, once started.</summary>
    public Journal Journal { get; private set; } = null!;

    /// <summary>The relay's eye on itself, once started.</summary>
    public SelfWatch Watch { get; private set; } = null!;

    /// <summary>Whether every thread that forwards is there.</summary>
    public bool IsForwarderAlive => Array.TrueForAll(_forwarders, forwarder => forwarder.IsAlive);

    /// <summary>What is wrong for longer than the settings put up with, as a sentence; empty while nothing is.</summary>
    public string Trouble(IClock clock)
    {
        bool isStalled = Journal.TroubleSince > 0 && clock.UptimeMilliseconds - Journal.TroubleSince >= _settings.AlertRules.StalledAfter;
        return !IsForwarderAlive ? "a thread that forwards has ended: restart the service" : isStalled ? "mail does not get out: " + Journal.LastTrouble : "";
    }

    /// <summary>How many messages wait to be forwarded.</summary>
    public int QueuedMessages => _spool!.Count;

    /// <summary>How many sessions are being served.</summary>
    public int Sessions => _listener!.Sessions;

    /// <inheritdoc cref="Listener.OctetsFrom"/>
    internal long OctetsFrom(EndPoint client) => _listener!.OctetsFrom(client);

    /// <summary>How many syncs served the messages accepted so far.</summary>
    public long Syncs => _committer!.Syncs;

    /// <summary>Opens the spool, recovers what is in it, listens, and begins to forward.</summary>
    /// <returns>Null, or why it could not start, as a sentence; then nothing is left running.</returns>
    public string? Start()
    {
        _settings.Quirks ??= new Quirks(_settings.Hostname);
        string objection = OpenRelay.Objection(_settings);
        if (objection.Length > 0)
        {
            return objection;
        }

        SslServerAuthenticationOptions? tls = null;
        if (_settings.TlsCertificate.Length > 0 && (tls = ServerCertificate.Load(_settings, out string certificateError)) is null)
        {
            return certificateError;
        }

        _settings.OffersTls = tls is not null;
        if (_settings.Users.Length > 0)
        {
            _settings.Credentials = new Users(_settings.Users, _log);
        }
        _store = new FileSegmentStore(_settings.SpoolPath);
        _spool = new Spool(_store, _clock, _log, Options(_settings));
        if (!_spool.Open())
        {
            _store.Dispose();
            return $"cannot open the spool in {_settings.SpoolPath}: {_spool.Error}";
        }

        var spool = new WakingSpool(_spool, Wake);
        var mail = new AlertMail(_settings, spool, _clock);
        Alerts = new Alerts(_settings, mail, _clock, _log);
        StartForwarding(spool, mail);
        if (tls?.ServerCertificateContext is { } own)
        {
            Watch.Expires("The certificate in " + _settings.TlsCertificate, new DateTimeOffset(own.TargetCertificate.NotAfter).ToUnixTimeMilliseconds());
        }

        _committer = new GroupCommitter(spool);
        _listener = new Listener(new SessionServices { Settings = _settings, Spool = spool, Committer = _committer, Clock = _clock, Log = _log, TlsOptions = tls });
        string? error = _listener.Start();
        if (error is not null)
        {
            _committer.Dispose();
            _digest!.Dispose();
            _spool.Close();
            _store.Dispose();
            return error;
        }

        foreach (ForwarderThread forwarder in _forwarders)
        {
            forwarder.Start();
        }

        _control = new ControlSocket(_settings.SpoolPath, new QueueOperations(_spool, _clock, spool.ReasonOf, Wake), _log);
        _control.Start();
        return null;
    }

    /// <summary>Ends every session with 421, breaks off forwarding, and closes the spool. What was acknowledged is on disk.</summary>
    public async Task StopAsync()
    {
        await _listener!.StopAsync().ConfigureAwait(false);
        _committer!.Dispose();
        _control!.Dispose();
        foreach (ForwarderThread forwarder in _forwarders)
        {
            forwarder.Dispose();
        }

        _digest!.Dispose();
        _spool!.Close();
        _store!.Dispose();
    }

    private void Wake()
    {
        foreach (ForwarderThread forwarder in _forwarders)
        {
            forwarder.Wake();
        }
    }

    private void StartForwarding(WakingSpool spool, AlertMail mail)
    {
        Smarthost smarthost = _settings.Smarthost;
        if (smarthost.Host.Length == 0)
        {
            smarthost.Host = "maildir";
            smarthost.Maildir = System.IO.Path.Combine(_settings.SpoolPath, "maildir");
            _log.Write(Relay.LogLevel.Warning, "forwarder", $"no smarthost is set: mail is delivered to the Maildir {smarthost.Maildir} on this machine");
        }

        for (Smarthost? each = smarthost; each is not null; each = each.Next)
        {
            if (each.Maildir.Length > 0)
            {
                each.Security = SmarthostSecurity.None;
            }
        }

        SmarthostLogin.Attach(smarthost, _clock);
        _digest = new FailureDigest(_settings, spool, _clock, _log);
        Journal = new Journal(_clock);
        Journal.Remember();
        Watch = new SelfWatch(_settings, mail, _clock, Alerts, Journal);
        _forwarders = new ForwarderThread[smarthost.Connections];
        for (int i = 0; i < _forwarders.Length; i++)
        {
            // A connection beside the first is worth its login only while there is work for it.
            int enough = i * MessagesPerConnection;
            var forwarder = new Forwarder(_settings, spool, new SmarthostConnector(_settings, _clock, _log, (host, ends) => Watch.Expires("The certificate of " + host, ends)), _clock, _log) { Alerts = Alerts, Digest = _digest, Journal = Journal };
            _forwarders[i] = new ForwarderThread(forwarder, _spool!, _clock, _log, i == 0 ? Alerts : null, i == 0 ? null : () => spool.Count > enough);
        }
    }

    /// <summary>How the spool of a relay with these settings behaves.</summary>
    internal static SpoolOptions Options(RelaySettings settings)
    {
        Limits limits = settings.Limits;
        return new SpoolOptions
        {
            Quota = settings.SpoolQuota,
            Reserve = settings.SpoolQuota / 100 * limits.AlertReservePercent,
            MaximumMessages = limits.QueuedMessages,
            MaximumRecipients = limits.Recipients,

            // A segment is freed as a whole: several must fit into the quota.
            SegmentBytes = (int)Math.Min(limits.SegmentBytes, settings.SpoolQuota / 8),

            // Every message that is under way holds so much, be its client ever so slow.
            WriterBytes = 4096,

            // Each is handed to the system at once, so that a kill repeats one message at most; this many only after a power cut.
            FinishesPerSync = 256,
        };
    }
}
