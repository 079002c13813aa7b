using System.Text;

namespace EdgeStream.Gateway.Cli;

/// <summary>Gets a password from a person or a pipe; never from the command line, which everyone can see.</summary>
internal static class PasswordInput
{
    private const int BytesMax = 65_535;

    /// <summary>Asks at the terminal, without showing what is typed; or reads standard input.</summary>
    /// <exception cref="CommandException">There is no terminal, or no password.</exception>
    public static byte[] Read(CommandOutput output, bool isPiped, bool isNew)
    {
        if (isPiped)
        {
            return ReadPiped(output);
        }

        if (Console.IsInputRedirected)
        {
            throw new CommandException(
                ExitCode.Usage, "There is no terminal to ask for the password; use --password-stdin.");
        }

        var password = Ask(output, "Password: ");
        if (isNew && !password.AsSpan().SequenceEqual(Ask(output, "Once more: ")))
        {
            throw new CommandException(ExitCode.Usage, "The two passwords differ; nothing has changed.");
        }

        return Checked(password);
    }

    private static byte[] ReadPiped(CommandOutput output)
    {
        using var input = output.In();
        var bytes = new byte[BytesMax + 3];
        var count = input.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var password = bytes.AsSpan(0, count);
        password = password.EndsWith("\n"u8) ? password[..^1] : password;
        password = password.EndsWith("\r"u8) ? password[..^1] : password;
        return Checked(password.ToArray());
    }

    private static byte[] Ask(CommandOutput output, string prompt)
    {
        output.Error.Write(prompt);
        var text = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key != ConsoleKey.Backspace)
            {
                text.Append(key.KeyChar);
            }
            else if (text.Length > 0)
            {
                text.Length--;
            }
        }

        output.Error.WriteLine();
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static byte[] Checked(byte[] password) => password.Length is > 0 and <= BytesMax
        ? password
        : throw new CommandException(ExitCode.Usage, $"A password has 1 to {BytesMax} bytes.");
}
