using System;
using nanoFramework.Hardware.Esp32;

namespace SmtpEmbedded.Device;

/// <summary>
/// Bytes nobody on the network can guess. The platform has no generator for secrets; what differs from start to start is when, to the
/// microsecond, networks and people do things. So the chip's count is stirred in whenever something from outside has happened, and
/// none of the bytes ever shows what it was made from. From any thread.
/// </summary>
internal sealed class DeviceRandom
{
    // The multiplier and increment of Knuth's MMIX: every state comes up before one comes again.
    private const ulong Multiplier = 6364136223846793005;
    private const ulong Increment = 1442695040888963407;

    // From one octet given away to the next: no two show neighbouring states.
    private const int Rounds = 3;

    private readonly object _lock = new object();
    private readonly Random _platform = new Random();
    private ulong _state;

    /// <summary>Stirs in that something has happened just now.</summary>
    public void Stir()
    {
        lock (_lock)
        {
            Step();
        }
    }

    /// <summary>Fills an array.</summary>
    public void Fill(byte[] bytes)
    {
        lock (_lock)
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                for (int round = 0; round < Rounds; round++)
                {
                    Step();
                }

                bytes[i] = (byte)((_state >> 56) ^ (_state >> 40));
            }
        }
    }

    private void Step()
    {
        _state = (_state ^ HighResTimer.GetCurrent() ^ ((ulong)(uint)_platform.Next() << 20)) * Multiplier + Increment;
        _state ^= _state >> 29;
    }
}
