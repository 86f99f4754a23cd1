namespace SmtpEmbedded.Device;

/// <summary>Decides from a contact's bouncing readings when it has really changed: once it has stayed the same for a while.</summary>
internal sealed class Debouncer
{
    private readonly int _steadyMilliseconds;
    private bool _candidate;
    private long _since;

    /// <param name="steadyMilliseconds">How long it must stay the same.</param>
    /// <param name="value">What it is at first.</param>
    public Debouncer(int steadyMilliseconds, bool value)
    {
        _steadyMilliseconds = steadyMilliseconds;
        _candidate = value;
        Value = value;
    }

    /// <summary>What the contact is, bouncing left out.</summary>
    public bool Value { get; private set; }

    /// <summary>Whether a change is being waited out, so that <see cref="Read"/> must be called again soon.</summary>
    public bool IsUndecided
    {
        get { return _candidate != Value; }
    }

    /// <summary>Takes a reading.</summary>
    /// <returns>Whether <see cref="Value"/> has just changed.</returns>
    public bool Read(bool reading, long uptimeMilliseconds)
    {
        if (reading != _candidate)
        {
            _candidate = reading;
            _since = uptimeMilliseconds;
        }

        if (_candidate == Value || uptimeMilliseconds - _since < _steadyMilliseconds)
        {
            return false;
        }

        Value = _candidate;
        return true;
    }
}
