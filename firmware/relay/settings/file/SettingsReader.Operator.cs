#if !NANOFRAMEWORK_1_0 || OPERATOR
namespace SmtpEmbedded.Relay;

// How alerts become mail, and on a gateway where the operator's page is: grammar/operator, grammar/gateway/page-section.abnf.
public sealed partial class SettingsReader
{
    private AlertValues _alertValues = new AlertValues(new byte[0]);

#if NANOFRAMEWORK_1_0
    partial void ResetMore()
    {
        _alertValues = new AlertValues(_file);
    }

#endif
    private bool TakeForOperator(SettingsParser.Rule rule, int start, int end)
    {
        switch (rule)
        {
#if !NANOFRAMEWORK_1_0
            case SettingsParser.Rule.PageListenEntry:
            case SettingsParser.Rule.MetricsListenEntry:
                return Once(rule, start);
            case SettingsParser.Rule.PageListenAddress:
                return (_into.PageAddress = Address(start, end)).Length > 0;
            case SettingsParser.Rule.PageListenPort:
                return (_into.PagePort = Port(start, end)) > 0;
            case SettingsParser.Rule.MetricsListenAddress:
                return (_into.MetricsAddress = Address(start, end)).Length > 0;
            case SettingsParser.Rule.MetricsListenPort:
                return (_into.MetricsPort = Port(start, end)) > 0;
#endif
            case SettingsParser.Rule.AlertSubject:
                _into.AlertRules.Subject = Text(start, end);
                return true;
            case SettingsParser.Rule.AlertBody:
                _into.AlertRules.Body = Text(start, end);
                return true;
            case SettingsParser.Rule.EscalateTo:
                _into.AlertRules.EscalateTo = Text(start, end);
                return true;
            default:
                bool isEntry = _alertValues.Take(rule, start, end, _into.AlertRules);
                return _alertValues.Error.Length > 0 ? Fail(_alertValues.ErrorOffset, _alertValues.Error) : !isEntry || Once(rule, start);
        }
    }
}
#endif
