namespace SmtpEmbedded.Abnf.Core.Tests.Generated;

/// <summary>A generated parser as the tests drive it; a small class that is compiled beside the parser implements it.</summary>
public interface IGeneratedParser
{
    /// <summary>0 needs more, 1 matched, 2 failed.</summary>
    int State { get; }

    /// <summary>The place of the alternative in the root, or -1.</summary>
    int Alternative { get; }

    int Position { get; }

    int CaptureCount { get; }

    int Undecided { get; }

    string FailedRule { get; }

    string Expected { get; }

    void Reset();

    int Feed(byte[] buffer, int offset, int count);

    int Finish();

    int CaptureRule(int index);

    int CaptureStart(int index);

    int CaptureEnd(int index);

    int Find(int rule, int from);

    void ClearCaptures();
}
