using System.Net.NetworkInformation;
using nanoFramework.Runtime.Native;

namespace SmtpEmbedded.Device;

/// <summary>The board as an access point, and the name and password of the network it is to join afterwards. Both are stored in the board's configuration; changes count after a restart.</summary>
internal static class AccessPoint
{
    /// <summary>The board's address as access point.</summary>
    public const string Address = "192.168.4.1";

    private const string Mask = "255.255.255.0";
    private const byte Stations = 2;

    /// <summary>Whether the board is an access point now; otherwise it becomes one by restarting.</summary>
    public static bool Ensure()
    {
        NetworkInterface network = Find(NetworkInterfaceType.WirelessAP);
        if (network == null)
        {
            return false;
        }

        WirelessAPConfiguration configuration = Configuration(network);
        if (IsOn(configuration) && network.IPv4Address == Address)
        {
            return true;
        }

        network.EnableStaticIPv4(Address, Mask, Address);
        configuration.Options = WirelessAPConfiguration.ConfigurationOptions.Enable | WirelessAPConfiguration.ConfigurationOptions.AutoStart;
        configuration.Ssid = "SmtpEmbedded-" + Ending(network.PhysicalAddress);
        configuration.Authentication = AuthenticationType.Open;
        configuration.Encryption = EncryptionType.None;
        configuration.Password = "";
        configuration.MaxConnections = Stations;
        configuration.SaveConfiguration();
        Power.RebootDevice();
        return false;
    }

    /// <summary>Ends being an access point, with the next restart.</summary>
    public static void Disable()
    {
        NetworkInterface network = Find(NetworkInterfaceType.WirelessAP);
        if (network != null)
        {
            WirelessAPConfiguration configuration = Configuration(network);
            configuration.Options = WirelessAPConfiguration.ConfigurationOptions.None;
            configuration.SaveConfiguration();
        }
    }

    /// <summary>Stores the network to join from the next restart on.</summary>
    public static void Join(string name, string password)
    {
        NetworkInterface network = Find(NetworkInterfaceType.Wireless80211);
        if (network != null)
        {
            Wireless80211Configuration configuration = Wireless80211Configuration.GetAllWireless80211Configurations()[network.SpecificConfigId];
            configuration.Ssid = name;
            configuration.Password = password;
            configuration.Authentication = password.Length == 0 ? AuthenticationType.Open : AuthenticationType.WPA2;
            configuration.Encryption = password.Length == 0 ? EncryptionType.None : EncryptionType.WPA2_PSK;
            configuration.Options = Wireless80211Configuration.ConfigurationOptions.AutoConnect | Wireless80211Configuration.ConfigurationOptions.Enable;
            configuration.SaveConfiguration();
        }
    }

    private static WirelessAPConfiguration Configuration(NetworkInterface network)
    {
        return WirelessAPConfiguration.GetAllWirelessAPConfigurations()[network.SpecificConfigId];
    }

    private static bool IsOn(WirelessAPConfiguration configuration)
    {
        return (configuration.Options & WirelessAPConfiguration.ConfigurationOptions.Enable) != 0;
    }

    private static NetworkInterface Find(NetworkInterfaceType type)
    {
        NetworkInterface[] all = NetworkInterface.GetAllNetworkInterfaces();
        for (int i = 0; i < all.Length; i++)
        {
            if (all[i].NetworkInterfaceType == type)
            {
                return all[i];
            }
        }

        return null;
    }

    /// <summary>The end of the hardware address, so that two boards can be told apart.</summary>
    private static string Ending(byte[] address)
    {
        return address == null || address.Length < 2 ? "setup" : address[address.Length - 2].ToString("X2") + address[address.Length - 1].ToString("X2");
    }
}
