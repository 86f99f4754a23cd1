namespace SmtpEmbedded.Relay;

/// <summary>
/// Writes a time as mail headers have it (RFC 5322 section 3.3), always in UTC: <c>Sun, 01 Mar 2026 12:34:56 +0000</c>.
/// The relay has no time zone; a reader's program turns it into local time. No allocation, any thread.
/// </summary>
public static class MailDate
{
    /// <summary>How many bytes a date takes for the years 1970 to 9999.</summary>
    public const int Length = 31;

    private const long MillisecondsPerDay = 86400000;

    /// <summary>Appends a date.</summary>
    /// <param name="buffer">Where to; 31 bytes are needed.</param>
    /// <param name="utcMilliseconds">Milliseconds since 1970-01-01T00:00:00Z, not negative.</param>
    public static void Append(ByteBuffer buffer, long utcMilliseconds)
    {
        int days = (int)(utcMilliseconds / MillisecondsPerDay);
        int seconds = (int)(utcMilliseconds % MillisecondsPerDay / 1000);

        // The years are counted from 1 March 0000, so that the leap day is the last day of a year and months need no table.
        int day = days + 719468;
        int era = day / 146097;
        int dayOfEra = day % 146097;
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int monthFromMarch = (5 * dayOfYear + 2) / 153;
        int dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
        int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        int year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);

        buffer.Append(DayName((days + 4) % 7)).Append(", ")
            .AppendDigits(dayOfMonth, 2).Append(Ascii.Space)
            .Append(MonthName(month)).Append(Ascii.Space)
            .AppendDigits(year, 4).Append(Ascii.Space)
            .AppendDigits(seconds / 3600, 2).Append((byte)':')
            .AppendDigits(seconds / 60 % 60, 2).Append((byte)':')
            .AppendDigits(seconds % 60, 2).Append(" +0000");
    }

    private static string DayName(int dayOfWeek)
    {
        switch (dayOfWeek)
        {
            case 0: return "Sun";
            case 1: return "Mon";
            case 2: return "Tue";
            case 3: return "Wed";
            case 4: return "Thu";
            case 5: return "Fri";
            default: return "Sat";
        }
    }

    private static string MonthName(int month)
    {
        switch (month)
        {
            case 1: return "Jan";
            case 2: return "Feb";
            case 3: return "Mar";
            case 4: return "Apr";
            case 5: return "May";
            case 6: return "Jun";
            case 7: return "Jul";
            case 8: return "Aug";
            case 9: return "Sep";
            case 10: return "Oct";
            case 11: return "Nov";
            default: return "Dec";
        }
    }
}
