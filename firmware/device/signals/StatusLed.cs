using System.Device.Gpio;
using System.Threading;

namespace SmtpEmbedded.Device;

/// <summary>A light that says how the board is. One thread for its rhythm.</summary>
internal sealed class StatusLed
{
    private const int Flash = 60;

    private readonly int _pinNumber;
    private GpioPin _pin;
    private LedState _state;

    /// <param name="pin">-1 for a board without a light.</param>
    public StatusLed(int pin)
    {
        _pinNumber = pin;
    }

    /// <summary>Begins to blink.</summary>
    public void Start()
    {
        if (_pinNumber >= 0)
        {
            _pin = new GpioController().OpenPin(_pinNumber, PinMode.Output);
            new Thread(Blink).Start();
        }
    }

    /// <summary>Shows another state. From any thread.</summary>
    public void Show(LedState state)
    {
        _state = state;
    }

    private void Blink()
    {
        while (true)
        {
            switch (_state)
            {
                case LedState.Starting:
                    Once(100, 100);
                    break;
                case LedState.Setup:
                    Once(Flash, 200);
                    Once(Flash, 800);
                    break;
                case LedState.NoNetwork:
                    Once(500, 500);
                    break;
                case LedState.Running:
                    Once(Flash, 3000);
                    break;
                case LedState.Waiting:
                    Once(Flash, 1000);
                    break;
                default:
                    Once(900, 100);
                    break;
            }
        }
    }

    private void Once(int on, int off)
    {
        _pin.Write(PinValue.High);
        Thread.Sleep(on);
        _pin.Write(PinValue.Low);
        Thread.Sleep(off);
    }
}
