using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>A name server on loopback, by UDP and TCP on one port, that says what a test tells it to, be it nothing or nonsense.</summary>
public sealed class TestDnsServer : IDisposable
{
    public const int A = 1;
    public const int Mx = 15;

    private readonly UdpClient _udp;
    private readonly TcpListener _tcp;
    private readonly Dictionary<(string Name, int Type), List<byte[]>> _records = new();

    public TestDnsServer()
    {
        // The TCP port decides; the same number is all but always free for UDP too.
        _tcp = new TcpListener(IPAddress.Loopback, 0);
        _tcp.Start();
        Port = ((IPEndPoint)_tcp.LocalEndpoint).Port;
        _udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, Port));
        _ = ServeUdpAsync();
        _ = ServeTcpAsync();
    }

    public int Port { get; }

    public int Queries { get; private set; }

    public int TcpQueries { get; private set; }

    /// <summary>The response code for names without records: 0 no error, 2 server failure, 3 no such name.</summary>
    public int CodeForUnknown { get; set; }

    public bool IsSilent { get; set; }

    public bool IsTruncating { get; private set; }

    /// <summary>Makes the answer to a query, in place of what the records say.</summary>
    public Func<byte[], byte[]>? Junk { get; set; }

    /// <summary>The name answers are about, where it is not the one asked for.</summary>
    public string? OtherName { get; set; }

    /// <summary>Gives answers from now on that are none: some at random, some with a good head and a bad rest.</summary>
    public void AnswerJunk(Random random) => Junk = query =>
    {
        byte[] junk = new byte[random.Next(0, 200)];
        random.NextBytes(junk);
        if (random.Next(3) > 0 && junk.Length > 12)
        {
            query.AsSpan(0, 2).CopyTo(junk);
            junk[2] = 0x84;
            junk[3] = 0;
        }

        return junk;
    };

    /// <summary>Has more to say of a domain than a datagram holds, and says so.</summary>
    public void Truncate(string domain)
    {
        IsTruncating = true;
        for (int i = 0; i < 40; i++)
        {
            AddMx(domain, 100 + i, $"host-with-a-long-name-{i}.{domain}");
        }
    }

    public void AddMx(string domain, int preference, string host)
    {
        byte[] name = Name(host);
        byte[] data = new byte[2 + name.Length];
        BinaryPrimitives.WriteUInt16BigEndian(data, (ushort)preference);
        name.CopyTo(data, 2);
        Add(domain, Mx, data);
    }

    public void AddA(string host, string address) => Add(host, A, IPAddress.Parse(address).GetAddressBytes());

    public void Dispose()
    {
        _udp.Dispose();
        _tcp.Dispose();
    }

    private void Add(string name, int type, byte[] data)
    {
        if (!_records.TryGetValue((name, type), out List<byte[]>? list))
        {
            _records.Add((name, type), list = []);
        }

        list.Add(data);
    }

    private static byte[] Name(string name)
    {
        var bytes = new MemoryStream();
        foreach (string label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            bytes.WriteByte((byte)label.Length);
            bytes.Write(Encoding.ASCII.GetBytes(label));
        }

        bytes.WriteByte(0);
        return bytes.ToArray();
    }

    private byte[] Answer(byte[] query, bool truncated)
    {
        Queries++;
        if (Junk is not null)
        {
            return Junk(query);
        }

        int place = 12;
        var labels = new List<string>();
        while (query[place] != 0)
        {
            labels.Add(Encoding.ASCII.GetString(query, place + 1, query[place]));
            place += query[place] + 1;
        }

        string name = string.Join('.', labels).ToLowerInvariant();
        int type = BinaryPrimitives.ReadUInt16BigEndian(query.AsSpan(place + 1));
        int questionEnd = place + 5;
        bool isKnown = _records.Keys.Any(key => key.Name == name);
        List<byte[]> data = _records.GetValueOrDefault((name, type), []);
        var answer = new MemoryStream();
        answer.Write(query, 0, 2);
        answer.Write([(byte)(truncated ? 0x86 : 0x84), (byte)(isKnown ? 0 : CodeForUnknown), 0, 1]);
        answer.Write([0, (byte)(truncated ? 0 : data.Count), 0, 0, 0, 0]);
        answer.Write(query, 12, questionEnd - 12);
        foreach (byte[] record in truncated ? [] : data)
        {
            answer.Write(OtherName is null ? [0xC0, 12] : Name(OtherName));
            answer.Write([0, (byte)type, 0, 1, 0, 0, 0, 60, (byte)(record.Length >> 8), (byte)record.Length]);
            answer.Write(record);
        }

        return answer.ToArray();
    }

    private async Task ServeUdpAsync()
    {
        try
        {
            while (true)
            {
                UdpReceiveResult query = await _udp.ReceiveAsync();
                if (!IsSilent)
                {
                    await _udp.SendAsync(Answer(query.Buffer, IsTruncating), query.RemoteEndPoint);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeTcpAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _tcp.AcceptTcpClientAsync();
                NetworkStream stream = client.GetStream();
                try
                {
                    byte[] length = new byte[2];
                    while (await stream.ReadAtLeastAsync(length, 2, throwOnEndOfStream: false) == 2)
                    {
                        byte[] query = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                        await stream.ReadExactlyAsync(query);
                        TcpQueries++;
                        byte[] answer = Answer(query, truncated: false);
                        await stream.WriteAsync(new[] { (byte)(answer.Length >> 8), (byte)answer.Length });
                        await stream.WriteAsync(answer);
                    }
                }
                catch (IOException)
                {
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }
}
