using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Devices;

/// <summary>One GPIO line that the gateway watches, by the kernel's character device.</summary>
/// <remarks>Nobody else can take the line meanwhile. Not thread-safe.</remarks>
internal sealed class GpioInput : IDisposable
{
    private const string Consumer = "edgestream";

    private readonly IDeviceKernel _kernel;
    private readonly GpioInputOptions _options;

    /// <summary>Takes the line.</summary>
    /// <exception cref="IOException">The chip or the line cannot be used.</exception>
    internal GpioInput(IDeviceKernel kernel, GpioInputOptions options)
    {
        _kernel = kernel;
        _options = options;
        using var chip = kernel.Open(options.Chip, GpioFormat.Need);
        Span<byte> request = stackalloc byte[GpioFormat.RequestSizeBytes];
        GpioFormat.WriteRequest(request, Consumer, options);
        var error = kernel.Request(chip, GpioFormat.GetLine, request);
        Handle = error == 0
            ? new SafeFileHandle(GpioFormat.ReadDescriptor(request), ownsHandle: true)
            : throw Problem("cannot be taken", error);
    }

    /// <summary>Where its edges are read.</summary>
    internal SafeFileHandle Handle { get; }

    /// <summary>Whether the line is on now.</summary>
    /// <exception cref="IOException">The chip is gone.</exception>
    internal bool IsOn()
    {
        Span<byte> values = stackalloc byte[GpioFormat.ValuesSizeBytes];
        GpioFormat.WriteQuestion(values);
        var error = _kernel.Request(Handle, GpioFormat.GetValues, values);
        return error == 0 ? GpioFormat.ReadValue(values) : throw Problem("cannot be read", error);
    }

    /// <summary>Takes edges that are there; waits for one where there is none.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="IOException">The chip is gone.</exception>
    internal int Read(Span<byte> buffer, Span<GpioEdge> edges)
    {
        var read = ReadyFiles.Read(Handle, buffer, out var error);
        if (read <= 0)
        {
            throw Problem("gives no more edges", error);
        }

        var count = Math.Min(read / GpioFormat.EventSizeBytes, edges.Length);
        for (var i = 0; i < count; i++)
        {
            edges[i] = GpioFormat.ReadEdge(buffer[(i * GpioFormat.EventSizeBytes)..]);
        }

        return count;
    }

    /// <summary>Lets the line go.</summary>
    public void Dispose() => Handle.Dispose();

    private IOException Problem(string what, int error) => new(
        $"Line {_options.Line} of {_options.Chip} {what}: "
        + (error == 0 ? "its chip is gone." : $"{Marshal.GetPInvokeErrorMessage(error)}."));
}
