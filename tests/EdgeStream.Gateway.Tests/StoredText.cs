using System.Text;

namespace EdgeStream.Gateway.Tests;

/// <summary>Finds what a store has written by a piece of its text.</summary>
internal static class StoredText
{
    /// <summary>Flips a bit of the record that has this text, in place: the file may be mapped.</summary>
    /// <param name="folder">The data folder, or one in it.</param>
    /// <param name="text">Text that only this record has.</param>
    public static void Flip(string folder, string text)
    {
        foreach (var path in Directory.GetFiles(folder, "*.log", SearchOption.AllDirectories))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            var at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));
            if (at >= 0)
            {
                file.Position = at;
                file.WriteByte((byte)(bytes[at] ^ 1));
                return;
            }
        }

        Assert.Fail($"No segment holds '{text}'.");
    }
}
