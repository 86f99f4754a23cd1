using System;
using System.Collections.Generic;

namespace SmtpEmbedded.Relay.Tests.Server;

/// <summary>A way of cutting a stream into chunks: what the network may do to it.</summary>
internal abstract class Cuts
{
    public static Cuts Whole { get; } = new Fixed("whole", int.MaxValue);

    public static Cuts ByteByByte { get; } = new Fixed("byte by byte", 1);

    public static Cuts At(int position) => new Once(position);

    public static Cuts Random(int seed) => new Dice(seed);

    /// <summary>Whole, byte by byte, and a number of random ones.</summary>
    public static IEnumerable<Cuts> Several(int random)
    {
        yield return Whole;
        yield return ByteByByte;
        yield return new Fixed("by seven", 7);
        for (int seed = 1; seed <= random; seed++)
        {
            yield return Random(seed);
        }
    }

    /// <summary>How long the next chunk is at most, with so many bytes left.</summary>
    public abstract int Next(int left);

    private sealed class Fixed : Cuts
    {
        private readonly string _name;
        private readonly int _size;

        public Fixed(string name, int size)
        {
            _name = name;
            _size = size;
        }

        public override int Next(int left) => Math.Min(left, _size);

        public override string ToString() => _name;
    }

    private sealed class Once : Cuts
    {
        private readonly int _position;
        private int _passed;

        public Once(int position) => _position = position;

        public override int Next(int left)
        {
            int size = _passed < _position ? Math.Min(left, _position - _passed) : left;
            _passed += size;
            return size;
        }

        public override string ToString() => "cut at " + _position;
    }

    private sealed class Dice : Cuts
    {
        private readonly int _seed;
        private readonly Random _random;

        public Dice(int seed)
        {
            _seed = seed;
            _random = new Random(seed);
        }

        public override int Next(int left) => Math.Min(left, _random.Next(3) == 0 ? _random.Next(1, 200) : _random.Next(1, 5));

        public override string ToString() => "random cuts, seed " + _seed;
    }
}
