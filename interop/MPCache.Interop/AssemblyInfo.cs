using System.Runtime.CompilerServices;

// Every parameter is blittable: the generated stubs need no marshalling and get none.
[assembly: DisableRuntimeMarshalling]
