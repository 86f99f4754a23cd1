using System.Device.Gpio;
using System.Threading;

namespace SmtpEmbedded.Device;

/// <summary>The button that asks for the setup form.</summary>
internal static class SetupButton
{
    private const int HoldMilliseconds = 2000;
    private const int Look = 50;

    /// <summary>Whether it is pressed, and stays so for two seconds.</summary>
    public static bool IsHeld(int pinNumber)
    {
        GpioController controller = new GpioController();
        GpioPin pin = controller.OpenPin(pinNumber, PinMode.InputPullUp);
        try
        {
            for (int waited = 0; waited < HoldMilliseconds; waited += Look)
            {
                if (pin.Read() == PinValue.High)
                {
                    return false;
                }

                Thread.Sleep(Look);
            }

            return true;
        }
        finally
        {
            pin.Dispose();
        }
    }
}
