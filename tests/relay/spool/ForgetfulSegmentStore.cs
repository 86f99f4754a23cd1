using System;
using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Relay.Tests.SpoolTests;

/// <summary>
/// A disk that forgets. Counting every operation, it cuts the power at the one it was told; then writes not synced are lost,
/// cut short or full of holes, and names not synced may be gone. Until then it may refuse with no space or an I/O error, and
/// a sync that failed has lost what it was to save. Everything follows from the seed.
/// </summary>
internal sealed class ForgetfulSegmentStore : ISegmentStore
{
    private readonly Random _random;
    private readonly Dictionary<int, Platter> _platters = new();
    private long _operations;

    public ForgetfulSegmentStore(Random random)
    {
        _random = random;
    }

    /// <summary>The operation at which the power goes.</summary>
    public long CutAt { get; set; } = long.MaxValue;

    /// <summary>How many operations in a thousand are refused.</summary>
    public int Refusals { get; set; }

    /// <summary>Whether a write cut off may leave holes: later bytes that arrived behind earlier ones that did not.</summary>
    public bool LeavesHoles { get; set; }

    /// <summary>The most bytes the disk holds.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    public long Operations => _operations;

    public int SetAsideCount { get; private set; }

    public string Error { get; private set; } = "";

    public long Bytes => _platters.Values.Sum(p => (long)p.Bytes.Count);

    public int[]? List()
    {
        CutIf(Count());
        return _platters.Keys.OrderBy(_ => _random.Next()).ToArray();
    }

    public ISegment? Create(int number)
    {
        bool cut = Count();
        if (!cut && Refuses())
        {
            return null;
        }

        if (_platters.ContainsKey(number))
        {
            Error = "exists";
            return null;
        }

        _platters[number] = new Platter();
        CutIf(cut);
        return new Segment(this, number, _platters[number]);
    }

    public ISegment? OpenRead(int number)
    {
        CutIf(Count());
        if (!_platters.TryGetValue(number, out var platter))
        {
            Error = "no such segment";
            return null;
        }

        return new Segment(this, number, platter);
    }

    public bool Delete(int number)
    {
        bool cut = Count();
        if (cut && _random.Next(2) == 0)
        {
            throw new PowerCutException();
        }

        if (!cut && Refuses())
        {
            return false;
        }

        _platters.Remove(number);
        CutIf(cut);
        return true;
    }

    public bool SetAside(int number, string reason)
    {
        if (!Delete(number))
        {
            return false;
        }

        SetAsideCount++;
        return true;
    }

    /// <summary>What is left when the power comes back.</summary>
    public void ComeBack()
    {
        foreach (int number in _platters.Keys.ToArray())
        {
            var platter = _platters[number];
            if (!platter.IsNameDurable && _random.Next(2) == 0)
            {
                _platters.Remove(number);
                continue;
            }

            int unsynced = platter.Bytes.Count - platter.Durable;
            switch (_random.Next(4))
            {
                case 0:
                    platter.Bytes.RemoveRange(platter.Durable, unsynced);
                    break;
                case 1:
                    int cut = _random.Next(unsynced + 1);
                    platter.Bytes.RemoveRange(platter.Bytes.Count - cut, cut);
                    break;
                case 2 when LeavesHoles:
                    // The length arrived, some of the sectors did not.
                    for (int place = platter.Durable; place < platter.Bytes.Count; place += 64)
                    {
                        for (int i = place; _random.Next(3) == 0 && i < place + 64 && i < platter.Bytes.Count; i++)
                        {
                            platter.Bytes[i] = 0;
                        }
                    }

                    break;
                default:
                    break;
            }

            platter.Durable = platter.Bytes.Count;
            platter.IsNameDurable = true;
        }

        CutAt = long.MaxValue;
    }

    private bool Count() => ++_operations == CutAt;

    private static void CutIf(bool cut)
    {
        if (cut)
        {
            throw new PowerCutException();
        }
    }

    private bool Refuses()
    {
        if (Refusals == 0 || _random.Next(1000) >= Refusals)
        {
            return false;
        }

        Error = _random.Next(2) == 0 ? "No space left on device" : "Input/output error";
        return true;
    }

    private sealed class Platter
    {
        public List<byte> Bytes { get; } = new();

        public int Durable { get; set; }

        public bool IsNameDurable { get; set; }
    }

    private sealed class Segment(ForgetfulSegmentStore store, int number, Platter platter) : ISegment
    {
        private bool _syncFailed;

        public int Number => number;

        public long Length => platter.Bytes.Count;

        public string Error => store.Error;

        public bool Append(byte[] buffer, int offset, int count)
        {
            bool cut = store.Count();
            bool refused = !cut && (store.Refuses() || store.Bytes + count > store.Capacity);
            int written = cut || refused ? store._random.Next(count + 1) : count;
            platter.Bytes.AddRange(new ArraySegment<byte>(buffer, offset, written));
            CutIf(cut);
            return !refused;
        }

        public bool Sync()
        {
            bool cut = store.Count();
            if (cut && store._random.Next(2) == 0)
            {
                throw new PowerCutException();
            }

            if (!cut && store.Refuses())
            {
                _syncFailed = true;
                return false;
            }

            if (!_syncFailed)
            {
                platter.Durable = platter.Bytes.Count;
            }

            platter.IsNameDurable = true;
            CutIf(cut);
            return true;
        }

        public int Read(long position, byte[] buffer, int offset, int count)
        {
            int read = (int)Math.Min(count, platter.Bytes.Count - position);
            if (read <= 0)
            {
                return 0;
            }

            platter.Bytes.CopyTo((int)position, buffer, offset, read);
            return read;
        }

        public void Close()
        {
        }
    }
}
