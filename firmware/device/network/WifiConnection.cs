using System;
using System.Net.NetworkInformation;
using System.Threading;
using nanoFramework.Networking;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Device;

/// <summary>The board's connection to its network, with the name and password stored in its configuration (by the form or by nanoff).</summary>
internal sealed class WifiConnection
{
    private const string Source = "wifi";
    private const string NoAddress = "0.0.0.0";

    private readonly ILog _log;
    private string _lastNews = "";

    public WifiConnection(ILog log)
    {
        _log = log;
    }

    /// <summary>Whether the board has an address.</summary>
    public bool IsUp
    {
        get
        {
            NetworkInterface station = Find();
            return station != null && station.IPv4Address.Length > 0 && station.IPv4Address != NoAddress;
        }
    }

    /// <summary>Tries to connect once. The clock needs no waiting: SNTP sets it as soon as there is a network, and TLS waits for it.</summary>
    public bool Connect(int timeoutMilliseconds)
    {
        string news;
        try
        {
            CancellationTokenSource limit = new CancellationTokenSource(timeoutMilliseconds);
            bool isConnected = WifiNetworkHelper.Reconnect(false, 0, limit.Token);
            limit.Dispose();
            if (isConnected)
            {
                Say(LogLevel.Information, "Connected as " + Find().IPv4Address);
                return true;
            }

            Exception failure = WifiNetworkHelper.HelperException;
            news = "Not connected (status " + ((int)WifiNetworkHelper.Status).ToString() + ")" + (failure == null ? "" : ": " + failure.Message);
        }
        catch (Exception failure)
        {
            news = "Not connected: " + failure.Message;
        }

        Say(LogLevel.Warning, news + "; will try again");
        return false;
    }

    private static NetworkInterface Find()
    {
        NetworkInterface[] all = NetworkInterface.GetAllNetworkInterfaces();
        for (int i = 0; i < all.Length; i++)
        {
            if (all[i].NetworkInterfaceType == NetworkInterfaceType.Wireless80211)
            {
                return all[i];
            }
        }

        return null;
    }

    /// <summary>One line when things change, however often it is tried.</summary>
    private void Say(LogLevel level, string news)
    {
        if (news != _lastNews)
        {
            _lastNews = news;
            _log.Write(level, Source, news);
        }
    }
}
