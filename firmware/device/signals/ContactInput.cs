using System.Device.Gpio;
using System.Threading;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Device;

/// <summary>
/// A dry contact to ground: a door, a float switch, a fault relay. It raises an alert when it closes and another when it
/// opens again, with nothing to be programmed.
/// </summary>
internal sealed class ContactInput
{
    private const int SteadyMilliseconds = 50;
    private const int Look = 10;

    /// <summary>A contact that flutters must not fill the queue.</summary>
    private const int Pause = 10 * 1000;

    private readonly int _pinNumber;
    private readonly IClock _clock;
    private readonly Alerts _alerts;
    private readonly AutoResetEvent _changed = new AutoResetEvent(false);
    private GpioPin _pin;

    public ContactInput(int pin, IClock clock, Alerts alerts)
    {
        _pinNumber = pin;
        _clock = clock;
        _alerts = alerts;
    }

    /// <summary>Begins to watch. A contact that is closed already raises its alert now.</summary>
    public void Start()
    {
        _pin = new GpioController().OpenPin(_pinNumber, PinMode.InputPullUp);
        _pin.ValueChanged += OnChanged;
        new Thread(Watch).Start();
    }

    private void OnChanged(object sender, PinValueChangedEventArgs e)
    {
        // Events come from one thread for all pins: nothing may take long here.
        _changed.Set();
    }

    private void Watch()
    {
        Debouncer debouncer = new Debouncer(SteadyMilliseconds, false);
        while (true)
        {
            if (debouncer.Read(_pin.Read() == PinValue.Low, _clock.UptimeMilliseconds))
            {
                Raise(debouncer.Value);
                Thread.Sleep(Pause);
            }
            else if (debouncer.IsUndecided)
            {
                Thread.Sleep(Look);
            }
            else
            {
                // An event may be lost; a look now and then finds what it would have told.
                _changed.WaitOne(Pause, false);
            }
        }
    }

    private void Raise(bool isClosed)
    {
        string pin = "The contact at GPIO " + _pinNumber.ToString();
        if (isClosed)
        {
            _alerts.Raise(Severity.Error, "contact", "Contact closed", pin + " has closed.");
        }
        else
        {
            _alerts.Raise(Severity.Information, "contact", "Contact open again", pin + " has opened again.");
        }
    }
}
