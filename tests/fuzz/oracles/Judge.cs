using System;
using System.Collections.Generic;

namespace SmtpEmbedded.Fuzz;

/// <summary>
/// Plays an input in several ways and compares: whole against a session that is new; in random cuts against one that has served
/// all inputs before it; and, now and then, in turns with the input before. All must answer the same, properly, and in bounded
/// memory.
/// </summary>
internal sealed class Judge
{
    // An envelope may grow to 64 KiB and a login keeps 1 KiB, both once a session; a refusal writes a log line.
    private const long MostAllocated = 512 * 1024;
    private const long AllocatedPerOctet = 512;
    private const int InterleavedEvery = 8;

    private readonly Dictionary<Profile, Player> _used = [];
    private readonly Dictionary<Profile, Player> _left = [];
    private readonly ReplyOracle _replies = new();
    private readonly Octets _previousAnswer = new();
    private byte[] _previous = [0];
    private byte[] _buffer = new byte[1024];
    private long _count;

    public Judge()
    {
        Remember(new FuzzInput(_previous));
    }

    /// <summary>How many messages inputs have brought into the spool.</summary>
    public long Messages { get; private set; }

    /// <exception cref="Finding">Something that must not be.</exception>
    public void Try(byte[] octets)
    {
        _count++;
        var input = new FuzzInput(octets);
        Profile profile = Profiles.For(input);
        var fresh = new Player(profile);
        Play(fresh, input, null);
        CheckReplies(fresh);
        Messages += fresh.Messages;

        Player used = For(_used, profile);
        var dice = new Random(HashOf(octets));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Play(used, input, dice);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Finding.When(allocated > MostAllocated + AllocatedPerOctet * octets.Length, "memory that is not bounded: " + allocated + " bytes");
        Finding.When(!used.Answer.Span.SequenceEqual(fresh.Answer.Span), "another answer in other cuts, or after another session");

        if (_count % InterleavedEvery == 0)
        {
            Interleave(input, fresh.Answer, dice);
        }

        _previous = octets;
        _previousAnswer.Clear();
        _previousAnswer.Append(fresh.Answer.Span);
    }

    /// <summary>What an input alone is answered, for people to read.</summary>
    public static Octets AnswerTo(byte[] octets)
    {
        var input = new FuzzInput(octets);
        var player = new Player(Profiles.For(input));
        Play(player, input, null);
        return player.Answer;
    }

    private static void Play(Player player, FuzzInput input, Random? dice)
    {
        player.Begin(input, dice);
        while (player.Step())
        {
        }

        player.End();
    }

    private void Interleave(FuzzInput input, Octets answer, Random dice)
    {
        var before = new FuzzInput(_previous);
        Player one = For(_used, Profiles.For(input));
        Player other = For(_left, Profiles.For(before));
        one.Begin(input, dice);
        other.Begin(before, dice);
        bool oneGoesOn = true;
        bool otherGoesOn = true;
        while (oneGoesOn || otherGoesOn)
        {
            if (dice.Next(2) == 0)
            {
                oneGoesOn = oneGoesOn && one.Step();
            }
            else
            {
                otherGoesOn = otherGoesOn && other.Step();
            }
        }

        one.End();
        other.End();
        Finding.When(
            !one.Answer.Span.SequenceEqual(answer.Span) || !other.Answer.Span.SequenceEqual(_previousAnswer.Span),
            "another answer while another session goes on");
    }

    private void CheckReplies(Player player)
    {
        int count = player.Replies.Count;
        if (_buffer.Length < count)
        {
            _buffer = new byte[2 * count];
        }

        player.Replies.Span.CopyTo(_buffer);
        _replies.Check(_buffer, count);
    }

    private void Remember(FuzzInput input)
    {
        _previous = input.Octets;
        _previousAnswer.Clear();
        _previousAnswer.Append(AnswerTo(input.Octets).Span);
    }

    private static Player For(Dictionary<Profile, Player> players, Profile profile)
    {
        if (!players.TryGetValue(profile, out Player? player))
        {
            player = new Player(profile);
            players[profile] = player;
        }

        return player;
    }

    // The same on every run, unlike HashCode.
    private static int HashOf(byte[] octets)
    {
        uint hash = 2166136261;
        foreach (byte octet in octets)
        {
            hash = (hash ^ octet) * 16777619;
        }

        return (int)hash;
    }
}
