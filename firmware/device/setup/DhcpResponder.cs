using System;
using System.Net;
using System.Net.Sockets;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Device;

/// <summary>
/// Gives the phone that joins the access point an address (RFC 2131), for the firmware does not: 192.168.4.2 and up, one for
/// each hardware address, for an hour. No relaying, no renewal of what another server gave.
/// </summary>
internal sealed class DhcpResponder : ITask
{
    private const string Source = "setup";
    private const int ServerPort = 67;
    private const int ClientPort = 68;
    private const int Leases = 4;
    private const int HeadBytes = 240;
    private const int HardwareBytes = 6;
    private const byte Discover = 1;
    private const byte Offer = 2;
    private const byte Request = 3;
    private const byte Acknowledge = 5;
    private const byte MessageType = 53;
    private const byte End = 255;

    private readonly byte[] _server = { 192, 168, 4, 1 };
    private readonly byte[] _buffer = new byte[600];
    private readonly byte[] _known = new byte[Leases * HardwareBytes];
    private readonly ILog _log;
    private int _next;

    /// <param name="log">Told when it has to give up.</param>
    public DhcpResponder(ILog log)
    {
        _log = log;
    }

    public void Run()
    {
        Socket socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Broadcast, true);
            socket.Bind(new IPEndPoint(new IPAddress(_server), ServerPort));
            EndPoint everyone = new IPEndPoint(new IPAddress(new byte[] { 255, 255, 255, 255 }), ClientPort);
            while (true)
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                int count = socket.ReceiveFrom(_buffer, ref from);
                int length = Answer(count);
                if (length > 0)
                {
                    socket.SendTo(_buffer, length, SocketFlags.None, everyone);
                }
            }
        }
        catch (Exception failure)
        {
            Fault.Log(_log, Source, "Phones get no address any more: ", failure);
            socket.Close();
        }
    }

    /// <summary>Turns the request in the buffer into its answer.</summary>
    /// <returns>The answer's length; 0 for none.</returns>
    private int Answer(int count)
    {
        bool isRequest = count > HeadBytes && _buffer[0] == 1 && _buffer[2] == HardwareBytes
            && _buffer[236] == 0x63 && _buffer[237] == 0x82 && _buffer[238] == 0x53 && _buffer[239] == 0x63;
        byte type = isRequest ? TypeOf(count) : (byte)0;
        if (type != Discover && type != Request)
        {
            return 0;
        }

        int lease = Lease();
        _buffer[0] = 2;
        Array.Copy(_server, 0, _buffer, 16, 3);
        _buffer[19] = (byte)(2 + lease);
        Array.Copy(_server, 0, _buffer, 20, 4);
        int at = HeadBytes;
        at = Put(at, MessageType, new byte[] { type == Discover ? Offer : Acknowledge });
        at = Put(at, 54, _server);
        at = Put(at, 51, new byte[] { 0, 0, 0x0E, 0x10 });
        at = Put(at, 1, new byte[] { 255, 255, 255, 0 });
        at = Put(at, 3, _server);
        _buffer[at++] = End;

        // Some clients throw away what is shorter than BOOTP's 300 bytes.
        while (at < 300)
        {
            _buffer[at++] = 0;
        }

        return at;
    }

    private byte TypeOf(int count)
    {
        int at = HeadBytes;
        while (at + 2 < count && _buffer[at] != End)
        {
            if (_buffer[at] == 0)
            {
                at++;
                continue;
            }

            if (_buffer[at] == MessageType)
            {
                return _buffer[at + 2];
            }

            at += 2 + _buffer[at + 1];
        }

        return 0;
    }

    private int Lease()
    {
        for (int i = 0; i < Leases; i++)
        {
            if (Ascii.AreEqual(_known, i * HardwareBytes, _buffer, 28, HardwareBytes))
            {
                return i;
            }
        }

        int lease = _next;
        _next = (_next + 1) % Leases;
        Array.Copy(_buffer, 28, _known, lease * HardwareBytes, HardwareBytes);
        return lease;
    }

    private int Put(int at, byte option, byte[] value)
    {
        _buffer[at++] = option;
        _buffer[at++] = (byte)value.Length;
        Array.Copy(value, 0, _buffer, at, value.Length);
        return at + value.Length;
    }
}
