namespace SmtpEmbedded.Abnf;

/// <summary>One way out of a state: the octets that take it and the test that finds them.</summary>
internal sealed class DirectTest
{
    internal DirectTest(int edge, ByteSet octets, OctetTest test, bool isSwitched)
    {
        Edge = edge;
        Octets = octets;
        Test = test;
        IsSwitched = isSwitched;
    }

    /// <summary>The edge, as an index into the automaton's.</summary>
    internal int Edge { get; }

    /// <summary>The octets that take it.</summary>
    internal ByteSet Octets { get; }

    /// <summary>Finds these octets among all that the tests before it let pass.</summary>
    internal OctetTest Test { get; }

    /// <summary>Whether it is a case of the switch that comes behind the other tests.</summary>
    internal bool IsSwitched { get; }
}
