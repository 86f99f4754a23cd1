using System;
using System.Threading;
using nanoFramework.Runtime.Native;
using SmtpEmbedded.Relay;
using SmtpEmbedded.Relay.Platform;

namespace SmtpEmbedded.Device;

/// <summary>
/// An access point without password and a form on http://192.168.4.1/ for Wi-Fi and smarthost; ends by restarting. One
/// request at a time, each at most four kilobytes.
/// </summary>
internal sealed partial class SetupMode
{
    private const string Source = "setup";
    private const int HttpPort = 80;
    private const int LargestRequest = 4096;
    private const int RequestTimeout = 5000;
    private const int BeforeRestart = 2000;

    private readonly ILog _log;
    private readonly string _error;
    private readonly byte[] _request = new byte[LargestRequest];

    /// <param name="log">Told what happens.</param>
    /// <param name="error">Why the board is here; shown above the form.</param>
    public SetupMode(ILog log, string error)
    {
        _log = log;
        _error = error;
    }

    public void Run()
    {
        if (!AccessPoint.Ensure())
        {
            _log.Write(LogLevel.Error, Source, "This firmware cannot be an access point");
            Thread.Sleep(Timeout.Infinite);
        }

        SocketPlatform platform = new SocketPlatform(new Esp32Clock(), _log, SocketPlatform.SocketsOfEsp32C3, null, null);
        platform.Start(new DhcpResponder(_log));
        IListener listener = platform.Listen(AccessPoint.Address, HttpPort);
        if (listener == null)
        {
            _log.Write(LogLevel.Error, Source, platform.Error);
            Thread.Sleep(Timeout.Infinite);
        }

        _log.Write(LogLevel.Information, Source, "Join the network SmtpEmbedded-... and open http://" + AccessPoint.Address + "/");
        bool isSaved = false;
        while (!isSaved)
        {
            IConnection client = listener.Accept(int.MaxValue);
            if (client == null && listener.Error.Length == 0)
            {
                continue;
            }

            if (client == null)
            {
                _log.Write(LogLevel.Error, Source, listener.Error);
                Thread.Sleep(BeforeRestart);
                break;
            }

            isSaved = Answer(client);
            client.Close();
        }

        Thread.Sleep(BeforeRestart);
        Power.RebootDevice();
    }

    /// <returns>Whether settings were stored.</returns>
    private bool Answer(IConnection client)
    {
        HttpRequest request = new HttpRequest(_request);
        int received = 1;
        while (received > 0 && !request.IsComplete && request.Count < LargestRequest)
        {
            received = client.Receive(_request, request.Count, LargestRequest - request.Count, RequestTimeout);
            request.Add(received > 0 ? received : 0);
        }

        if (!request.IsComplete)
        {
            return false;
        }

        string error = _error;
        if (request.IsPost)
        {
            error = Store(new FormReader(_request, request.BodyStart, request.Count));
        }

        bool isSaved = request.IsPost && error.Length == 0;
        string notice = "";
        AddNotice(ref notice);
        byte[] page = isSaved ? SetupPage.Saved(notice) : SetupPage.Form(error, notice);
        client.Send(page, 0, page.Length, RequestTimeout);
        return isSaved;
    }

    // page/SetupMode.Page.cs, where the image has the operator's page.
    partial void AddNotice(ref string notice);

    /// <returns>Why it cannot be stored; empty when it is.</returns>
    private static string Store(FormReader form)
    {
        byte[] file = SettingsText.Write(form);
        string error = SettingsFile.Check(file, file.Length, DeviceDefaults.Create());
        string network = form.Read("ssid");
        if (network.Length == 0)
        {
            return "The Wi-Fi needs a name";
        }

        if (error.Length > 0)
        {
            return error;
        }

        if (!DeviceFile.Replace(DevicePaths.Settings, file))
        {
            return "The settings cannot be written to the internal drive";
        }

        try
        {
            AccessPoint.Join(network, form.Read("wifi"));
            AccessPoint.Disable();
        }
        catch (Exception failure)
        {
            return "The Wi-Fi settings cannot be stored: " + failure.Message;
        }

        return "";
    }
}
