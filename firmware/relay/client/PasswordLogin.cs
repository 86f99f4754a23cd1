using System;
using System.Text;

namespace SmtpEmbedded.Relay;

/// <summary>
/// Logs in with a name and a password (RFC 4954): PLAIN (RFC 4616) when it is offered, else LOGIN; a mechanism that is not
/// offered is never tried. What the smarthost's <see cref="Smarthost.Login"/> knows comes first. The caller sees to it that the connection may carry a password. One thread at a time.
/// </summary>
internal sealed class PasswordLogin
{
    private enum Step
    {
        Idle,
        Plain,
        PlainResponse,
        LoginUser,
        LoginPassword,
        LastResponse,

        /// <summary>The smarthost's own <see cref="ILogin"/> has the word; its first response is still to be sent, or not.</summary>
        OtherFirst,
        Other,
    }

    private readonly Limits _limits;
    private Smarthost? _smarthost;
    private byte[]? _first;
    private Step _step;

    /// <summary>Makes a login.</summary>
    public PasswordLogin(Limits limits)
    {
        _limits = limits;
        Fault = "";
    }

    /// <summary>What keeps the login from going on, as a sentence; empty while nothing does.</summary>
    public string Fault { get; private set; }

    /// <summary>Writes the AUTH command, with the smarthost's name and password.</summary>
    /// <returns>False when there is no way to log in; <see cref="Fault"/> says why.</returns>
    public bool Start(Smarthost smarthost, ServiceExtensions extensions, ByteBuffer output)
    {
        Fault = "";
        _smarthost = smarthost;
        if (smarthost.Login != null && extensions.Auth)
        {
            string? mechanism = smarthost.Login.Begin(extensions.Mechanisms);
            if (mechanism != null)
            {
                return StartOther(smarthost.Login, mechanism, output);
            }

            Fault = smarthost.Login.Error;
            if (Fault.Length > 0)
            {
                return false;
            }
        }

        if (extensions.AuthPlain)
        {
            return StartPlain(output);
        }

        if (extensions.AuthLogin)
        {
            // Without an initial response: servers that do not take one for LOGIN are more common than those that need it.
            output.Append("AUTH LOGIN").AppendLineEnd();
            _step = Step.LoginUser;
            return true;
        }

        _step = Step.Idle;
        Fault = extensions.Auth
            ? "The smarthost offers neither AUTH PLAIN nor AUTH LOGIN, the mechanisms this relay knows"
            : "A user is set, but the smarthost does not offer AUTH on this connection";
        return false;
    }

    /// <summary>Answers a 334.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="output">For the answer.</param>
    /// <returns>False when there is nothing to answer; <see cref="Fault"/> says why, and the connection is to be closed.</returns>
    public bool Continue(ReplyReader reply, ByteBuffer output)
    {
        switch (_step)
        {
            case Step.PlainResponse:
                _step = Step.LastResponse;
                return Respond(output, PlainMessage());
            case Step.LoginUser:
                _step = Step.LoginPassword;
                return Respond(output, Encoding.UTF8.GetBytes(_smarthost!.User));
            case Step.LoginPassword:
                _step = Step.LastResponse;
                return Respond(output, Encoding.UTF8.GetBytes(_smarthost!.Password));
            case Step.OtherFirst:
                _step = Step.Other;
                return Respond(output, _first!);
            case Step.Other:
                byte[]? response = _smarthost!.Login!.Respond(Encoding.UTF8.GetString(reply.LineBytes, reply.TextStart, reply.TextEnd - reply.TextStart));
                Fault = _smarthost.Login.Error;
                return response != null && Respond(output, response);
            default:
                Fault = "The smarthost asks for more than the login has to say";
                return false;
        }
    }

    /// <summary>The smarthost has said yes or no.</summary>
    /// <returns>False when its yes cannot be believed. <see cref="Fault"/> may say more of a no.</returns>
    public bool End(bool accepted)
    {
        bool good = _step < Step.OtherFirst || _smarthost!.Login!.End(accepted);
        if (_step >= Step.OtherFirst)
        {
            Fault = _smarthost!.Login!.Error;
        }

        return good;
    }

    private bool StartOther(ILogin login, string mechanism, ByteBuffer output)
    {
        _first = login.Respond(null);
        _step = Step.Other;
        Fault = login.Error;
        if (Fault.Length > 0)
        {
            return false;
        }

        output.Append("AUTH ").Append(mechanism);
        if (_first != null && _first.Length * 4 / 3 + mechanism.Length + 12 > _limits.CommandLine)
        {
            _step = Step.OtherFirst;
        }
        else if (_first != null)
        {
            // "=" stands for a response of no bytes (RFC 4954 section 4).
            output.Append(Ascii.Space).Append(_first.Length == 0 ? "=" : Convert.ToBase64String(_first));
        }

        output.AppendLineEnd();
        return true;
    }

    private bool StartPlain(ByteBuffer output)
    {
        string response = Convert.ToBase64String(PlainMessage());
        output.Append("AUTH PLAIN");
        if (response.Length + 13 > _limits.CommandLine)
        {
            // An initial response must not make the command line too long (RFC 4954 section 4); it waits for the 334.
            output.AppendLineEnd();
            _step = Step.PlainResponse;
            return true;
        }

        output.Append(Ascii.Space).Append(response).AppendLineEnd();
        _step = Step.Plain;
        return true;
    }

    private bool Respond(ByteBuffer output, byte[] response)
    {
        string line = Convert.ToBase64String(response);
        if (line.Length + 2 > output.Free)
        {
            Fault = "The user or password is too long to be sent";
            return false;
        }

        output.Append(line).AppendLineEnd();
        return true;
    }

    /// <summary>No authorization identity, then name and password, each after a NUL (RFC 4616 section 2).</summary>
    private byte[] PlainMessage()
    {
        byte[] user = Encoding.UTF8.GetBytes(_smarthost!.User);
        byte[] password = Encoding.UTF8.GetBytes(_smarthost!.Password);
        byte[] message = new byte[user.Length + password.Length + 2];
        Array.Copy(user, 0, message, 1, user.Length);
        Array.Copy(password, 0, message, user.Length + 2, password.Length);
        return message;
    }
}
