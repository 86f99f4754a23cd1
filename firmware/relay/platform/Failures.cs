using System;
using System.Net.Sockets;

namespace SmtpEmbedded.Relay.Platform;

/// <summary>Turns exceptions of the network and of TLS into outcomes and sentences. Here alone the two platforms' exceptions differ.</summary>
internal static class Failures
{
    /// <summary>What an exception of a read means: <see cref="Connection.TimedOut"/> or <see cref="Connection.Broken"/>.</summary>
    public static int Outcome(Exception failure)
    {
        return Code(failure) == SocketError.TimedOut ? Connection.TimedOut : Connection.Broken;
    }

    /// <summary>The failure in words, for an operator; never empty.</summary>
    public static string Describe(Exception failure)
    {
        SocketError code = Code(failure);
        switch (code)
        {
            case SocketError.Success:
                break;
            case SocketError.TimedOut:
                return "no answer in time";
            case SocketError.ConnectionRefused:
                return "the connection is refused: nothing listens there";
            case SocketError.ConnectionReset:
            case SocketError.ConnectionAborted:
                return "the other side has broken the connection off";
            case SocketError.NetworkDown:
            case SocketError.NetworkUnreachable:
                return "there is no network";
            case SocketError.HostUnreachable:
            case SocketError.HostDown:
                return "the host cannot be reached";
            case SocketError.HostNotFound:
            case SocketError.NoData:
            case SocketError.TryAgain:
                return "the name is not known";
            case SocketError.TooManyOpenSockets:
            case SocketError.NoBufferSpaceAvailable:
                return "no socket is free";
            case SocketError.AddressAlreadyInUse:
                return "another program uses the port";
            case SocketError.AccessDenied:
                return "the port may not be used";
            case SocketError.AddressNotAvailable:
                return "the address is not one of this machine";
            default:
                return "socket error " + ((int)code).ToString();
        }

        // A certificate that fails has its reason one deeper.
        string text = failure.Message ?? "";
        if (failure.InnerException != null && !string.IsNullOrEmpty(failure.InnerException.Message))
        {
            text = text + " " + failure.InnerException.Message;
        }

        return text.Length == 0 ? failure.GetType().Name : text;
    }

    /// <summary>The socket's error, Success when the failure is of another kind.</summary>
    private static SocketError Code(Exception? failure)
    {
        for (Exception? at = failure; at != null; at = at.InnerException)
        {
            if (at is SocketException exception)
            {
#if NANOFRAMEWORK_1_0
                return (SocketError)exception.ErrorCode;
#else
                return exception.SocketErrorCode;
#endif
            }
        }

        return SocketError.Success;
    }
}
