using System.Threading;

namespace SmtpEmbedded.Relay.Platform;

/// <summary>A signal on the system's own event.</summary>
internal sealed class Signal : ISignal
{
    private readonly AutoResetEvent _event = new AutoResetEvent(false);

    public void Set()
    {
        _event.Set();
    }

    public bool Wait(int timeoutMilliseconds)
    {
        return _event.WaitOne(timeoutMilliseconds > 0 ? timeoutMilliseconds : 0, false);
    }
}
