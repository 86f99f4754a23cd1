using System.Text;

namespace SmtpEmbedded.Relay;

/// <summary>
/// The words of alert mails. In the templates of <see cref="AlertRules"/> <c>%s</c> stands for the severity (or "Resolved"),
/// <c>%o</c> for the source with a colon behind it, <c>%t</c> title, <c>%d</c> details, <c>%c</c> how often it was seen,
/// <c>%h</c> the relay's host name, <c>%n</c> a new line. From one thread at a time.
/// </summary>
internal sealed class AlertText
{
    private const int Minute = 60 * 1000;

    private readonly RelaySettings _settings;
    private readonly AlertMail _mail;
    private readonly IClock _clock;

    public AlertText(RelaySettings settings, AlertMail mail, IClock clock)
    {
        _settings = settings;
        _mail = mail;
        _clock = clock;
    }

    /// <summary>Fills in a template for one alert.</summary>
    public string Fill(string template, OpenAlert alert)
    {
        StringBuilder text = new StringBuilder();
        char[] marks = template.ToCharArray();
        for (int i = 0; i < marks.Length; i++)
        {
            if (marks[i] != '%' || i + 1 == marks.Length)
            {
                text.Append(marks[i]);
                continue;
            }

            i++;
            switch (marks[i])
            {
                case 's':
                    text.Append(alert.IsOpen ? Name(alert.Severity) : "Resolved");
                    break;
                case 'o':
                    text.Append(alert.Origin);
                    text.Append(alert.Origin.Length > 0 && alert.Title.Length > 0 ? ": " : "");
                    break;
                case 't':
                    text.Append(alert.Title);
                    break;
                case 'd':
                    text.Append(alert.Details);
                    break;
                case 'c':
                    text.Append(Seen(alert));
                    break;
                case 'h':
                    text.Append(_settings.Hostname);
                    break;
                case 'n':
                    text.Append("\n");
                    break;
                default:
                    text.Append(marks[i]);
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>All there is to say of one alert.</summary>
    public string Whole(OpenAlert alert)
    {
        string text = Fill(_settings.AlertRules.Body, alert);
        text += (alert.Details.Length > 0 ? "\n\n" : "") + "Severity: " + Name(alert.Severity) + "\n";
        if (alert.Origin.Length > 0)
        {
            text += "Source: " + alert.Origin + "\n";
        }

        text += "Relay: " + _settings.Hostname + "\nRaised: " + _mail.When(alert.First) + "\n";
        if (alert.Count > 1)
        {
            text += Fill("Seen: %c\n", alert);
        }

        if (!alert.IsOpen)
        {
            text += "Resolved: after " + Span(_clock.UptimeMilliseconds - alert.First) + "\n";
        }

        return text;
    }

    /// <summary>The same in two lines, for a mail about several.</summary>
    public string Brief(OpenAlert alert)
    {
        return Fill("[%s] %o%t%n%c%n", alert) + alert.Details + (alert.Details.Length > 0 ? "\n\n" : "\n");
    }

    /// <summary>A time span for people.</summary>
    public static string Span(long milliseconds)
    {
        long minutes = milliseconds / Minute;
        return minutes < 1 ? (milliseconds / 1000).ToString() + " s"
            : minutes < 120 ? minutes.ToString() + " min"
            : minutes < 2880 ? (minutes / 60).ToString() + " h"
            : (minutes / 1440).ToString() + " days";
    }

    // Written out, for on the device the text of an enum value is its number.
    public static string Name(Severity severity)
    {
        switch (severity)
        {
            case Severity.Information:
                return "Information";
            case Severity.Warning:
                return "Warning";
            case Severity.Error:
                return "Error";
            default:
                return "Critical";
        }
    }

    private string Seen(OpenAlert alert)
    {
        string text = alert.Count.ToString() + (alert.Count == 1 ? " time" : " times");
        if (_clock.IsSet)
        {
            long minute = (_clock.UtcMilliseconds - _clock.UptimeMilliseconds + alert.First) / Minute + _settings.AlertRules.Zone;
            text += " since " + (minute / 60 % 24).ToString("D2") + ":" + (minute % 60).ToString("D2");
        }
        else
        {
            text += " in " + Span(_clock.UptimeMilliseconds - alert.First);
        }

        return alert.Told > 0 ? text + ", " + (alert.Count - alert.Told).ToString() + " of them new" : text;
    }
}
