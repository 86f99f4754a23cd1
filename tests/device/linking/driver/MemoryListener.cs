using System.Collections.Generic;
using System.Threading;
using SmtpEmbedded.Relay;

/// <summary>Hands a relay clients that say all they have to say and then listen.</summary>
public sealed class MemoryListener : IListener
{
    private readonly Queue<MemoryConnection> _waiting = new();
    private bool _isClosed;

    public MemoryListener(int port) => Port = port;

    public int Port { get; }

    public byte[] PeerAddress => new byte[] { 127, 0, 0, 1 };

    public string Error => "";

    /// <summary>Connects, sends, and returns all that was answered until the server closed.</summary>
    public string Play(string stream)
    {
        var client = new MemoryConnection(null);
        client.Say(stream);
        client.SayNoMore();
        lock (_waiting)
        {
            _waiting.Enqueue(client);
            Monitor.Pulse(_waiting);
        }

        return client.AwaitEnd();
    }

    public IConnection Accept()
    {
        lock (_waiting)
        {
            while (_waiting.Count == 0)
            {
                if (_isClosed)
                {
                    return null;
                }

                Monitor.Wait(_waiting);
            }

            return _waiting.Dequeue();
        }
    }

    public void Close()
    {
        lock (_waiting)
        {
            _isClosed = true;
            Monitor.PulseAll(_waiting);
        }
    }
}
