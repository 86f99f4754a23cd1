#if !NANOFRAMEWORK_1_0 || OPERATOR
namespace SmtpEmbedded.Relay;

/// <summary>Reads the values of <see cref="AlertRules"/>: durations, counts, times and severities come before the entry they are in, and are put where they belong when that ends. One thread at a time.</summary>
internal sealed class AlertValues
{
    private readonly byte[] _file;
    private long _number;
    private int _severity;
    private bool _isYes;
    private int _days;
    private int _time;
    private int _earlierTime;
    private int _zone;
    private long _day;

    public AlertValues(byte[] file)
    {
        _file = file;
        Forget();
    }

    /// <summary>What is wrong, as a sentence; empty when nothing is.</summary>
    public string Error { get; private set; } = "";

    /// <summary>Where.</summary>
    public int ErrorOffset { get; private set; }

    /// <summary>Takes a capture.</summary>
    /// <returns>Whether an entry of ours has ended.</returns>
    public bool Take(SettingsParser.Rule rule, int start, int end, AlertRules rules)
    {
        switch (rule)
        {
            case SettingsParser.Rule.Count:
                _number = Digits(start, end, start);
                return false;
            case SettingsParser.Rule.DurationUnit:
                byte unit = Ascii.ToLower(_file[start]);
                _number *= unit == 's' ? 1000 : unit == 'm' ? 60000 : unit == 'h' ? 3600000 : 86400000;
                if (_number > int.MaxValue)
                {
                    Fail(start, "expected at most 24 days");
                }

                return false;
            case SettingsParser.Rule.Severity:
                byte letter = Ascii.ToLower(_file[start]);
                _severity = letter == 'i' ? 0 : letter == 'w' ? 1 : letter == 'e' ? 2 : 3;
                return false;
            case SettingsParser.Rule.Yes:
                _isYes = true;
                return false;
            case SettingsParser.Rule.Weekly:
                _days = 7;
                return false;
            case SettingsParser.Rule.ClockTime:
                _earlierTime = _time;
                _time = (int)(Digits(start, start + 2, start) * 60 + Digits(start + 3, end, start));
                if (_time >= 24 * 60 || _file[start + 3] > '5')
                {
                    Fail(start, "expected a time of the day from 00:00 to 23:59");
                }

                return false;
            case SettingsParser.Rule.Zone:
                _zone = _file[start] == '-' ? -_time : _time;
                return false;
            case SettingsParser.Rule.Day:
                TakeDay(start);
                return false;
            case SettingsParser.Rule.PasswordEndsEntry:
                rules.PasswordEnds = _day;
                break;
            case SettingsParser.Rule.GroupEntry:
                rules.Group = (int)_number;
                break;
            case SettingsParser.Rule.RepeatEntry:
                rules.Repeat = (int)_number;
                break;
            case SettingsParser.Rule.CooldownEntry:
                rules.Cooldown = (int)_number;
                break;
            case SettingsParser.Rule.PerHourEntry:
                rules.PerHour = (int)_number;
                if (_number == 0)
                {
                    Fail(start, "expected a number from 1 on");
                }

                break;
            case SettingsParser.Rule.UrgentEntry:
                rules.Urgent = (Severity)_severity;
                break;
            case SettingsParser.Rule.ResolvedEntry:
                rules.TellsResolved = _isYes;
                break;
            case SettingsParser.Rule.QuietEntry:
                rules.QuietFrom = _earlierTime;
                rules.QuietUntil = _time;
                break;
            case SettingsParser.Rule.ZoneEntry:
                rules.Zone = _zone;
                break;
            case SettingsParser.Rule.EscalateAfterEntry:
                rules.EscalateAfter = (int)_number;
                break;
            case SettingsParser.Rule.EscalateEntry:
                rules.Escalate = (Severity)_severity;
                break;
            case SettingsParser.Rule.HeartbeatEntry:
                TakeHeartbeat(end, rules);
                break;
            case SettingsParser.Rule.StalledAfterEntry:
                rules.StalledAfter = (int)_number;
                break;
            case SettingsParser.Rule.ExpiryDaysEntry:
                rules.ExpiryDays = (int)_number;
                break;
            case SettingsParser.Rule.EscalateToEntry:
            case SettingsParser.Rule.SubjectEntry:
            case SettingsParser.Rule.BodyEntry:
                break;
            default:
                return false;
        }

        Forget();
        return Error.Length == 0;
    }

    private void TakeHeartbeat(int end, AlertRules rules)
    {
        // "off" is the only value that ends in an f.
        rules.HeartbeatDays = Ascii.ToLower(_file[end - 1]) == 'f' ? 0 : _days;
        rules.HeartbeatAt = _time < 0 ? rules.HeartbeatAt : _time;
    }

    private void TakeDay(int start)
    {
        int year = (int)Digits(start, start + 4, start);
        int month = (int)Digits(start + 5, start + 7, start);
        int day = (int)Digits(start + 8, start + 10, start);
        if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31)
        {
            Fail(start, "expected a day as year-month-day");
            return;
        }

        // The years begin in March here, so that a leap day is the last of its year.
        int marchYear = month > 2 ? year : year - 1;
        int days = 365 * marchYear + marchYear / 4 - marchYear / 100 + marchYear / 400 + (153 * ((month + 9) % 12) + 2) / 5 + day - 1 - 719468;
        _day = days * 86400000L;
    }

    private void Forget()
    {
        _number = 0;
        _isYes = false;
        _days = 1;
        _time = -1;
        _earlierTime = -1;
    }

    private long Digits(int start, int end, int offset)
    {
        long value = 0;
        for (int i = start; i < end; i++)
        {
            value = value * 10 + _file[i] - '0';
            if (value > int.MaxValue)
            {
                Fail(offset, "expected a smaller number");
                return 0;
            }
        }

        return value;
    }

    private void Fail(int offset, string error)
    {
        Error = error;
        ErrorOffset = offset;
    }
}
#endif
